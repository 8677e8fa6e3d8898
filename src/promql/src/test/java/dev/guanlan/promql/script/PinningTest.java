package dev.guanlan.promql.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.ParserOptions;
import dev.guanlan.promql.PromqlException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Pinning an expression to a time")
class PinningTest {

  private static Expression parsed(String text) throws PromqlException {
    return Parser.parse(text, ParserOptions.ALL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a + on (x) rate(b[1m]) | a @ 60.000 + on (x) rate(b[1m] @ 60.000)",
        "sum by (x) (a offset 1m) | sum by (x) (a @ 60.000 offset 1m)",
        "topk(scalar(k), -a) | topk(scalar(k @ 60.000), -a @ 60.000)",
        "a @ 5 + (b) | a @ 5.000 + (b @ 60.000)",
        "max_over_time(rate(a[1m])[5m:1m]) | max_over_time(rate(a[1m])[5m:1m] @ 60.000)",
        "rate(a[step() * 2] smoothed) | rate(a[step() * 2] smoothed @ 60.000)",
        "a + fill(0) b | a @ 60.000 + fill (0) b @ 60.000",
        "1 | 1"
      })
  void reachesAllSelectorsButThoseOfSubqueries(String text, String pinned) throws PromqlException {
    assertThat(Pinning.pinned(parsed(text), 60_000)).hasToString(pinned);
  }

  @ParameterizedTest
  @ValueSource(strings = {"time()", "a + hour(b)", "timestamp(a)", "predict_linear(a[1m], 1)"})
  void isOfNoUseWhereTheEvaluationTimeCounts(String text) throws PromqlException {
    assertThat(Pinning.possible(parsed(text))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "rate(a[1m])", "max_over_time(timestamp(a)[5m:])"})
  void isPossibleElsewhere(String text) throws PromqlException {
    assertThat(Pinning.possible(parsed(text))).isTrue();
  }
}
