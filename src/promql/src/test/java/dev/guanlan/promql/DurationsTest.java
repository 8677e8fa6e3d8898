package dev.guanlan.promql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Durations")
class DurationsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "90s, 90000",
    "1w2d3h4m5s6ms, 788645006",
    "9223372036854ms, 9223372036854",
    "292y, 9208512000000"
  })
  void areRead(String text, long millis) {
    assertThat(Durations.parse(text)).isEqualTo(millis);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "~~ | empty duration string",
        "h | not a valid duration string: \"h\"",
        "30 | not a valid duration string: \"30\"",
        "2h30 | not a valid duration string: \"2h30\"",
        "2m2h | not a valid duration string: \"2m2h\"",
        "2h2h | not a valid duration string: \"2h2h\"",
        "18446744073709551616s | not a valid duration string: \"18446744073709551616s\"",
        "3h20sm | unknown unit \"sm\" in duration \"3h20sm\"",
        "2.5h | unknown unit \".\" in duration \"2.5h\"",
        "3 h | unknown unit \" h\" in duration \"3 h\"",
        "293y | duration out of range",
        "292y200d | duration out of range",
        "9223372036855ms | duration out of range",
        "18446744073709551615w | duration out of range",
      })
  void areRefused(String text, String message) {
    assertThatThrownBy(() -> Durations.parse(text)).hasMessage(message);
  }
}
