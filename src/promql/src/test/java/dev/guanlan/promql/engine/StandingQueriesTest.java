package dev.guanlan.promql.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.ParserOptions;
import dev.guanlan.promql.PromqlException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StandingQueriesTest {

  private static final int EXPRESSIONS = 60;
  private static final int LONG_EXPRESSIONS = 120;
  private static final int TICKS = 80;
  private static final long INTERVAL_MILLIS = 15_000;
  private static final long LONG_MILLIS = 14_400_000;
  private static final long BEGIN = 1_700_000_000_000L;

  private final Engine engine = new Engine(EngineOptions.DEFAULTS);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
  void saysWhatTheEngineSaysToTheLastBit(int seed) throws PromqlException {
    ChangingSeries series = new ChangingSeries(seed);
    compare(new StandingExpressions(seed, false), EXPRESSIONS, series, series);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void saysTheSameOfSamplesThatArePacked(int seed) throws PromqlException {
    ChangingSeries series = new ChangingSeries(seed, LONG_MILLIS);
    int before = (int) (LONG_MILLIS / INTERVAL_MILLIS);
    for (int tick = -before; tick < 0; tick++) {
      series.moveTo(BEGIN + tick * INTERVAL_MILLIS);
    }
    compare(new StandingExpressions(seed, true), LONG_EXPRESSIONS, series, series.plain());
    long packed =
        Arrays.stream(series.standing(List.of()))
            .filter(one -> one.isSealedAfter(Long.MIN_VALUE))
            .count();
    assertTrue(packed > 5, () -> "only " + packed + " series are packed");
  }

  private void compare(
      StandingExpressions generator, int count, ChangingSeries series, SampleSource expectedOf)
      throws PromqlException {
    List<Expression> expressions = new ArrayList<>();
    while (expressions.size() < count) {
      expressions.add(Parser.parse(generator.next(expressions.size() % 4), ParserOptions.ALL));
    }
    StandingQueries queries = new StandingQueries(engine);
    Set<String> answers = new HashSet<>();
    for (int tick = 0; tick < TICKS; tick++) {
      long at = BEGIN + tick * INTERVAL_MILLIS;
      series.moveTo(at);
      for (Expression expression : expressions) {
        String expected = Answers.answer(() -> engine.instant(expression, expectedOf, at));
        String actual = Answers.answer(() -> queries.instant(expression, series, at));
        assertEquals(expected, actual, () -> expression + " at tick " + (at - BEGIN) / 15_000);
        answers.add(actual);
      }
    }
    assertTrue(answers.size() > 1000, () -> "only " + answers.size() + " different answers");
    assertTrue(queries.engineAnswers() < count * TICKS / 2, "the engine was asked too often");
  }

  @Test
  void evaluatesEqualPartsOfExpressionsOnce() throws PromqlException, EvaluationException {
    StandingSeries one = new StandingSeries(Labels.of("__name__", "m"));
    one.add(BEGIN, 1, null);
    int[] asked = {0};
    StandingSource source =
        new StandingSource() {
          private final StandingSeries[] all = {one};

          @Override
          public StandingSeries[] standing(List<Matcher> matchers) {
            asked[0]++;
            return all;
          }

          @Override
          public long version() {
            return one.size();
          }
        };
    StandingQueries queries = new StandingQueries(engine);
    Expression first = Parser.parse("sum(m) > 0", ParserOptions.DEFAULTS);
    Expression second = Parser.parse("sum(m) < 2", ParserOptions.DEFAULTS);
    queries.instant(first, source, BEGIN);
    queries.instant(second, source, BEGIN);
    assertEquals(1, asked[0]);
    one.add(BEGIN - 1, 1, null);
    queries.instant(second, source, BEGIN);
    assertEquals(2, asked[0], "a sample has come since");
    queries.instant(second, source, BEGIN + 1);
    assertEquals(3, asked[0], "the time is another one");
  }
}
