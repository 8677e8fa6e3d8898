package dev.guanlan.gateway.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A number in Prometheus' API")
final class GoNumbersTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0e+00",
    "-0.0, -0e+00",
    "1, 1e+00",
    "-1.5, -1.5e+00",
    "100, 1e+02",
    "1234.5, 1.2345e+03",
    "0.1, 1e-01",
    "0.000123, 1.23e-04",
    "1e21, 1e+21",
    "1e100, 1e+100",
    "4.9E-324, 5e-324",
    "1.7976931348623157E308, 1.7976931348623157e+308",
    "0.30000000000000004, 3.0000000000000004e-01",
    "NaN, NaN",
    "Infinity, +Inf",
    "-Infinity, -Inf",
  })
  @DisplayName("is written as Go does in format e")
  void asGo(double value, String expected) {
    assertThat(GoNumbers.scientific(value)).isEqualTo(expected);
  }
}
