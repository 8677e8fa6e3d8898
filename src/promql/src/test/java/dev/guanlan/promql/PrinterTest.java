package dev.guanlan.promql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The printer")
class PrinterTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "up{zone='b', job=~'x.*', job!='y'} | up{job!=\"y\",job=~\"x.*\",zone=\"b\"}",
        "{zone='b', 'up'} | {__name__=\"up\",zone=\"b\"}",
        "{'rack no'='7', Zone='b'} | {\"rack no\"=\"7\",Zone=\"b\"}",
        "up offset 5m smoothed @ 30 | up @ 30.000 smoothed offset 5m",
        "up[1h] @ end() offset 5m anchored | up[1h] anchored @ end() offset 5m",
        "up[1h:] offset 5m @ start() | up[1h:] @ start() offset 5m",
        "1_000_000 + 2_5.0_5e1_0 + 0x_1F + 017 + 09 | 1000000 + 250500000000 + 31 + 15 + 9",
        "up @ -0.0005 | up @ -0.001",
        "up @ 0.0005 | up @ 0.001",
      })
  void writesOneFormOfEach(String text, String printed) throws PromqlException {
    Expression expression = Parser.parse(text, ParserOptions.ALL);
    assertThat(expression).hasToString(printed);
    assertThat(Parser.parse(printed, ParserOptions.ALL)).hasToString(printed);
  }

  @Test
  void keepsCarriageReturnsOfRawStrings() throws PromqlException {
    assertThat(Parser.parse("`a\r\nb`")).hasToString("\"a\\r\\nb\"");
  }
}
