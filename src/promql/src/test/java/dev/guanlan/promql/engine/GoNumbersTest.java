package dev.guanlan.promql.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Numbers are written as Go does")
class GoNumbersTest {

  @Test
  void withAnExponentIfThatIsLarge() {
    assertThat(GoNumbers.formatGeneral(123456)).isEqualTo("123456");
    assertThat(GoNumbers.formatGeneral(1234567)).isEqualTo("1.234567e+06");
    assertThat(GoNumbers.formatGeneral(0.0001)).isEqualTo("0.0001");
    assertThat(GoNumbers.formatGeneral(-0.00001)).isEqualTo("-1e-05");
    assertThat(GoNumbers.formatGeneral(1e100)).isEqualTo("1e+100");
    assertThat(GoNumbers.formatGeneral(Double.NEGATIVE_INFINITY)).isEqualTo("-Inf");
  }

  @Test
  void inLabelsNeverAsAWholeNumber() {
    assertThat(GoNumbers.formatLabel(1)).isEqualTo("1.0");
    assertThat(GoNumbers.formatLabel(-1)).isEqualTo("-1.0");
    assertThat(GoNumbers.formatLabel(0.25)).isEqualTo("0.25");
    assertThat(GoNumbers.formatLabel(1e20)).isEqualTo("1e+20");
    assertThat(GoNumbers.formatLabel(Double.NaN)).isEqualTo("NaN");
    assertThat(GoNumbers.formatLabel(Double.POSITIVE_INFINITY)).isEqualTo("+Inf");
  }

  @Test
  void roughlyWithTwoDigits() {
    assertThat(GoNumbers.formatRoughly(10)).isEqualTo("10");
    assertThat(GoNumbers.formatRoughly(5.55)).isEqualTo("5.5");
    assertThat(GoNumbers.formatRoughly(1234)).isEqualTo("1.2e+03");
    assertThat(GoNumbers.formatRoughly(0.000123)).isEqualTo("0.00012");
  }
}
