package dev.guanlan.promql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The windows of an expression")
class SelectorsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "m | 300 | 0",
        "m offset 1m | 360 | 0",
        "m offset -1m | 240 | 60",
        "m offset -10m | 0 | 600",
        "rate(m[10m]) | 600 | 0",
        "sum(rate(m[10m] offset 1m)) | 660 | 0",
        "max_over_time(m[1h:1m]) | 3900 | 0",
        "max_over_time(rate(m[5m] offset 1m)[1h:] offset 2m) | 4080 | 0",
      })
  void reachAsFarAsItsSamplesMatter(String text, long secondsBack, long secondsAhead)
      throws PromqlException {
    assertThat(Selectors.of(Parser.parse(text)))
        .singleElement()
        .satisfies(
            window -> {
              assertThat(window.millisBack()).isEqualTo(secondsBack * 1_000);
              assertThat(window.millisAhead()).isEqualTo(secondsAhead * 1_000);
            });
  }

  @Test
  void comeInTheOrderOfTheText() throws PromqlException {
    assertThat(Selectors.of(Parser.parse("a + on (x) (b or topk(scalar(c), d))")))
        .extracting(window -> window.matchers().get(0).value())
        .containsExactly("a", "b", "c", "d");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "info(m offset 1m) | __name__=\"target_info\"",
        "info(m offset 1m, {zone=~\".+\"}) | __name__=\"target_info\" zone=~\".+\"",
        "info(m offset 1m, {__name__=\"x_info\"}) | __name__=\"x_info\"",
        "info(m offset 1m, {__name__!=\"x_info\"}) | __name__!=\"x_info\" __name__=~\".+_info\"",
      })
  void includeThoseOfInfo(String text, String matchers) throws PromqlException {
    List<SelectedWindow> windows = Selectors.of(Parser.parse(text, ParserOptions.ALL));
    assertThat(windows).hasSize(2);
    assertThat(windows.get(1).matchers())
        .extracting(Matcher::toString)
        .containsExactly(matchers.split(" ", -1));
    assertThat(windows.get(1).millisBack()).isEqualTo(360_000);
  }

  @Test
  void doNotExistForFixedTimes() throws PromqlException {
    Expression fixed = Parser.parse("m @ 100");
    assertThatThrownBy(() -> Selectors.of(fixed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("remove its @ modifier");
  }
}
