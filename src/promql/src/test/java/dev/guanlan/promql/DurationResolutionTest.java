package dev.guanlan.promql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The durations of a query")
class DurationResolutionTest {

  /** Resolves for a query from 100 s to 160 s by 15 s. */
  private static Expression resolved(String text) throws PromqlException {
    return DurationResolution.resolve(
        Parser.parse(text, ParserOptions.ALL), 100_000, 160_000, 15_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "m[5m + 1m] | 360000",
        "m[-5m + 6m] | 60000",
        "m[1h / 2] | 1800000",
        "m[1h30m % 1h] | 1800000",
        "m[2m * (10 + 5)] | 1800000",
        "m[2 ^ 3 ^ 2] | 512000",
        "m[0 - -2 ^ 2] | 4000",
        "m[step()] | 15000",
        "m[STEP() * 2 + range()] | 90000",
        "m[max_of(step(), 1h) - MIN_OF(1m, range())] | 3540000",
        "m[0.0015 * 2] | 3",
        "m[(5m)] | 300000",
      })
  void areComputed(String text, long millis) throws PromqlException {
    Expression.RangeSelector range = (Expression.RangeSelector) resolved(text);
    assertThat(range.range()).isNull();
    assertThat(range.rangeMillis()).isEqualTo(millis);
  }

  @Test
  void areComputedInOffsetsAndSubqueries() throws PromqlException {
    Expression.Subquery subquery =
        (Expression.Subquery)
            resolved("(m offset -(1m + 1m))[step() * 4:step() / 3] offset range()");
    assertThat(subquery.rangeMillis()).isEqualTo(60_000);
    assertThat(subquery.stepMillis()).isEqualTo(5_000);
    assertThat(subquery.shift()).isEqualTo(new Shift(60_000, null));
    assertThat(subquery.expression()).hasToString("(m offset -2m)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "m offset 1m + 1 | 60000",
        "m offset -2 ^ 2 | -2000",
        "m offset -(1m) ^ 2 | -60000",
        "m offset (1m) * 2 | 120000",
        "m offset - -2 ^ 2 | 4000",
        "m offset -step() * 2 | -15000",
        "m offset +max_of(1, 2) + 1 | 2000",
      })
  void endOffsetsWhereTheGrammarSays(String text, long millis) throws PromqlException {
    Expression first = resolved(text);
    Expression selector = first instanceof Expression.Binary binary ? binary.left() : first;
    assertThat(((Expression.VectorSelector) selector).shift()).isEqualTo(new Shift(millis, null));
  }

  @Test
  void leaveATreeWithoutThemAsItIs() throws PromqlException {
    Expression tree = Parser.parse("sum by (a) (rate(m[5m])) / -topk(1, m offset 1m) + (1 + 2)");
    assertThat(DurationResolution.resolve(tree, 0, 0, 0)).isSameAs(tree);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "m[step() - 15] | 2:13: duration must be greater than 0",
        "rate(m[1 / (step() - 15)]) | 7:23: division by zero",
        "m[5m % (step() - 15)] | 2:19: modulo by zero",
        "m offset (step() ^ 1000) | 10:23: duration is out of range",
        "m[5m:-step()] | 5:12: duration must be greater than 0",
      })
  void areRefused(String text, String message) {
    PromqlException failure = catchThrowableOfType(PromqlException.class, () -> resolved(text));
    assertThat(failure).hasMessage(message);
  }
}
