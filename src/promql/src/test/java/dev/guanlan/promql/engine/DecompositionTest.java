package dev.guanlan.promql.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.ParserOptions;
import dev.guanlan.promql.PromqlException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A decomposition")
final class DecompositionTest {

  private static final int EXPRESSIONS = 60;
  private static final int TICKS = 80;
  private static final int SHARDS = 3;
  private static final long INTERVAL_MILLIS = 15_000;
  private static final long BEGIN = 1_700_000_000_000L;

  private final Engine engine = new Engine(EngineOptions.DEFAULTS);

  private static Expression parse(String text) throws PromqlException {
    return Parser.parse(text, ParserOptions.ALL);
  }

  /** Tells whether a selector is to be local. */
  private static boolean isOwn(List<Matcher> matchers) {
    return matchers.stream().anyMatch(matcher -> matcher.value().equals("own"));
  }

  @DisplayName("cuts the largest parts that are functions of one series")
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "m | m{__leaf__=\"0\"} | m",
        "sum(m) | sum(m{__leaf__=\"0\"}) | m",
        "rate(m[5m]) > 3 | {__leaf__=\"0\"} | rate(m[5m]) > 3",
        "sum by (a) (-rate(m[5m] offset 1m)) / 2 | sum by (a) ({__leaf__=\"0\"}) / 2 | -rate(m[5m]"
            + " offset 1m)",
        "time() - timestamp(m) | {__leaf__=\"0\"} | time() - timestamp(m)",
        "clamp(abs(m), 1, pi()) | {__leaf__=\"0\"} | clamp(abs(m), 1, pi())",
        "label_replace(abs(m), \"a\", \"b\", \"c\", \"d\") | label_replace({__leaf__=\"0\"}, \"a\","
            + " \"b\", \"c\", \"d\") | abs(m)",
        "absent_over_time(m[5m]) | absent(m{__leaf__=\"0\"}) | last_over_time(m[5m])",
        "quantile_over_time(scalar(n), m[5m]) | quantile_over_time(scalar(n{__leaf__=\"0\"}),"
            + " m[5m]) | n",
        "sum(abs(own)) / sum(abs(m)) | sum(abs(own)) / sum({__leaf__=\"0\"}) | abs(m)",
        "m and max_over_time(m[5m:1m]) | m{__leaf__=\"0\"} and max_over_time(m[5m:1m]) | m"
      })
  void cuts(String text, String rest, String leaf) throws PromqlException {
    Decomposition decomposition = new Decomposition(DecompositionTest::isOwn);
    Expression rewritten = decomposition.rewrite(parse(text));
    assertThat(parse(rewritten.toString())).asString().isEqualTo(parse(rest).toString());
    assertThat(decomposition.leaves()).singleElement().hasToString(parse(leaf).toString());
  }

  @DisplayName("numbers equal leaves once, in all expressions that it sees")
  @Test
  void numbersEqualLeavesOnce() throws PromqlException {
    Decomposition decomposition = new Decomposition(DecompositionTest::isOwn);
    decomposition.rewrite(parse("sum(rate(m[5m])) / count(rate(m[5m]))"));
    decomposition.rewrite(parse("max(rate(m[5m])) + on () min(n)"));
    assertThat(decomposition.leaves()).map(Object::toString).containsExactly("rate(m[5m])", "n");
  }

  @DisplayName("leaves what looks at series in another way as it is")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "max_over_time(rate(m[1m])[5m:1m])",
        "absent_over_time(m[5m:1m])",
        "info(m)",
        "rate(m[5m] anchored)",
        "start_timestamp(m)",
        "rate(own[5m]) > 3",
        "absent_over_time(own[5m])",
        "sum by (a) (own) - on (a) own"
      })
  void leavesLocalSelectors(String text) throws PromqlException {
    Decomposition decomposition = new Decomposition(DecompositionTest::isOwn);
    Expression rewritten = decomposition.rewrite(parse(text));
    assertThat(rewritten).hasToString(parse(text).toString());
    assertThat(decomposition.leaves()).isEmpty();
  }

  @DisplayName("leaves a user's own matcher of that name what it is")
  @Test
  void leavesAUsersMatcher() throws Exception {
    Expression expression = parse("absent({__leaf__=\"0\"})");
    InstantVector absent =
        (InstantVector) engine.instant(expression, new MemorySampleSource(), BEGIN);
    assertThat(absent.labels(0)).isEqualTo(Labels.of("__leaf__", "0"));
    assertThat(new Matcher("__leaf__", dev.guanlan.promql.MatcherType.EQUAL, "0"))
        .isNotEqualTo(Matcher.ofLeaf(0));
  }

  @DisplayName("gives what the engine gives to the last bit, the leaves evaluated apart")
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
  void givesWhatTheEngineGives(int seed) throws PromqlException {
    StandingExpressions generator = new StandingExpressions(seed, false);
    // Now and then a selector that could lie in a leaf is local.
    Decomposition decomposition =
        new Decomposition(matchers -> Math.floorMod(matchers.hashCode() + seed, 5) == 0);
    List<Expression> expressions = new ArrayList<>();
    List<Expression> rewritten = new ArrayList<>();
    for (int i = 0; i < EXPRESSIONS; i++) {
      Expression expression = parse(generator.next(i % 4));
      expressions.add(expression);
      rewritten.add(decomposition.rewrite(expression));
    }
    ChangingSeries series = new ChangingSeries(seed);
    List<Shard> shards = new ArrayList<>();
    for (int shard = 0; shard < SHARDS; shard++) {
      shards.add(new Shard(shard, series));
    }
    Results results = new Results(decomposition.leaves(), series);
    StandingQueries queries = new StandingQueries(engine);
    Set<String> answers = new HashSet<>();
    for (int tick = 0; tick < TICKS; tick++) {
      long at = BEGIN + tick * INTERVAL_MILLIS;
      series.moveTo(at);
      results.take(shards, at);
      for (int i = 0; i < EXPRESSIONS; i++) {
        Expression whole = expressions.get(i);
        Expression rest = rewritten.get(i);
        String expected = Answers.answer(() -> engine.instant(whole, series, at));
        String actual = Answers.answer(() -> queries.instant(rest, results, at));
        assertEquals(
            expected, actual, () -> whole + " as " + rest + " at " + (at - BEGIN) / 15_000);
        answers.add(actual);
      }
    }
    assertTrue(answers.size() > 1000, () -> "only " + answers.size() + " different answers");
  }

  /** Holds the series of one shard. */
  private final class Shard implements StandingSource {
    private final int number;
    private final ChangingSeries all;
    private final LeafQueries queries = new LeafQueries(engine);
    private final Map<List<Matcher>, StandingSeries[]> whole = new HashMap<>();
    private final Map<List<Matcher>, StandingSeries[]> own = new HashMap<>();

    Shard(int number, ChangingSeries all) {
      this.number = number;
      this.all = all;
    }

    @Override
    public StandingSeries[] standing(List<Matcher> matchers) {
      StandingSeries[] now = all.standing(matchers);
      if (whole.put(matchers, now) != now) {
        List<StandingSeries> chosen = new ArrayList<>();
        for (StandingSeries one : now) {
          SeriesId common = SeriesId.of("", Decomposition.common(one.labels()));
          if (Long.remainderUnsigned(common.high(), SHARDS) == number) {
            chosen.add(one);
          }
        }
        own.put(matchers, chosen.toArray(StandingSeries[]::new));
      }
      return own.getOrDefault(matchers, new StandingSeries[0]);
    }

    @Override
    public long version() {
      return all.version();
    }
  }

  /**
   * Holds the results of leaves at one time, in the order of their series' identities, and what is
   * local.
   */
  private static final class Results implements StandingSource {
    private final List<Expression> leaves;
    private final List<StandingSeries[]> rows = new ArrayList<>();
    private final Map<Integer, String> failures = new HashMap<>();
    private final StandingSource local;
    private long version;

    Results(List<Expression> leaves, StandingSource local) {
      this.leaves = leaves;
      this.local = local;
    }

    void take(List<Shard> shards, long at) {
      version++;
      rows.clear();
      failures.clear();
      for (int leaf = 0; leaf < leaves.size(); leaf++) {
        Expression expression = leaves.get(leaf);
        Map<SeriesId, StandingSeries> sorted = new TreeMap<>(Comparator.<SeriesId>naturalOrder());
        for (Shard shard : shards) {
          try {
            LeafRows found = shard.queries.rows(expression, shard, at);
            for (int row = 0; row < found.series().length; row++) {
              if (found.isPresent(row)) {
                Labels labels = found.series()[row].labels();
                StandingSeries one =
                    new StandingSeries(
                        Decomposition.keepsName(expression)
                            ? labels
                            : Decomposition.common(labels));
                one.add(at, found.values()[row], found.histogram(row));
                sorted.put(SeriesId.of("", labels), one);
              }
            }
          } catch (EvaluationException e) {
            failures.put(leaf, e.getMessage());
          }
        }
        rows.add(sorted.values().toArray(StandingSeries[]::new));
      }
    }

    @Override
    public StandingSeries[] standing(List<Matcher> matchers) {
      int leaf = Decomposition.leaf(matchers);
      if (leaf == Matcher.NO_LEAF) {
        return local.standing(matchers);
      }
      String failure = failures.get(leaf);
      if (failure != null) {
        throw new LeafFailure(failure);
      }
      return rows.get(leaf);
    }

    @Override
    public long version() {
      return version + local.version();
    }
  }
}
