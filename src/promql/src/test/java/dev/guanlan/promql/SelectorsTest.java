package dev.guanlan.promql;

import static org.assertj.core.api.Assertions.assertThat;

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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "m @ 10000 | 9700 | 10000",
        "m @ 10000 offset 1m | 9640 | 9940",
        "m offset -1m @ 10000 | 9760 | 10060",
        "m @ -1 | -301 | -1",
        "rate(m[10m] @ 10000 offset 1m) | 9340 | 9940",
        "max_over_time(m[1h:1m] @ 10000) | 6100 | 10000",
        "max_over_time(rate(m[5m] offset 1m)[1h:] @ 10000 offset 2m) | 5920 | 9820",
        "max_over_time(rate(m[5m] @ 10000)[1h:] offset 2m) | 9700 | 10000",
        "max_over_time(rate(m[5m] @ 10000)[1h:] @ 50000) | 9700 | 10000",
        "max_over_time(avg_over_time(m[5m:1m] @ 10000)[1h:] offset 2m) | 9400 | 10000",
        "max_over_time(avg_over_time(m[5m:1m] offset 1m)[1h:] @ 10000) | 5740 | 9940",
      })
  void doNotMoveForFixedTimes(String text, long afterSeconds, long toSeconds)
      throws PromqlException {
    assertThat(Selectors.of(Parser.parse(text)))
        .singleElement()
        .satisfies(
            window -> {
              assertThat(window.fixed())
                  .isEqualTo(new SelectedWindow.Interval(afterSeconds * 1_000, toSeconds * 1_000));
              assertThat(window.millisBack()).isZero();
              assertThat(window.millisAhead()).isZero();
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "m @ start() | 300",
        "rate(m[10m] @ end() offset 1m) | 660",
        "max_over_time((m @ end())[1h:] @ 10000) | 300",
        "max_over_time((m @ start())[10m:] offset -20m) | 300",
        "max_over_time(max_over_time(m[10m:] @ end())[1h:] @ 10000) | 900",
      })
  void moveForTheTimeOfTheQuery(String text, long secondsBack) throws PromqlException {
    SelectedWindow window = Selectors.of(Parser.parse(text)).get(0);
    assertThat(window.isFixed()).isFalse();
    assertThat(window.millisBack()).isEqualTo(secondsBack * 1_000);
    assertThat(window.millisAhead()).isZero();
  }

  @Test
  void lieWithinOthersThatLookFarther() throws PromqlException {
    SelectedWindow fixed = window("m[5m] @ 1000");
    assertThat(fixed.isWithin(window("m[6m] @ 1000"))).isTrue();
    assertThat(fixed.isWithin(window("m[4m] @ 1000"))).isFalse();
    assertThat(fixed.isWithin(window("m[6m] @ 1001"))).isTrue();
    assertThat(fixed.isWithin(window("m[6m] @ 999"))).isFalse();
    assertThat(fixed.isWithin(window("x[6m] @ 1000"))).isFalse();
    assertThat(fixed.isWithin(window("m[6m]"))).isFalse();
    assertThat(window("m[5m]").isWithin(window("m[6m]"))).isTrue();
    assertThat(window("m[5m]").isWithin(window("m[6m] @ 1000"))).isFalse();
  }

  @Test
  void haveTextsThatStateKnowsThemBy() throws PromqlException {
    assertThat(window("m[5m] offset -1m"))
        .hasToString(
            "SelectedWindow[matchers=[__name__=\"m\"], millisBack=240000, millisAhead=60000]");
    assertThat(window("m[5m] @ 1000"))
        .hasToString(
            "SelectedWindow[matchers=[__name__=\"m\"], millisBack=0, millisAhead=0,"
                + " fixed=700000..1000000]");
  }

  private static SelectedWindow window(String selector) throws PromqlException {
    return Selectors.of(Parser.parse("rate(" + selector + ")")).get(0);
  }
}
