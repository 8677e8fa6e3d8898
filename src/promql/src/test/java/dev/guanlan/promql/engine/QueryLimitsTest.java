package dev.guanlan.promql.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Matcher;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A query")
class QueryLimitsTest {

  private final MemorySampleSource source = HundredSeries.source();

  private EvaluationException failure(QueryLimits limits, String text) {
    return HundredSeries.failure(
        new Engine(EngineOptions.DEFAULTS.withLimits(limits)), source, text);
  }

  @Test
  void loadsNoMoreSamplesThanItMay() {
    EvaluationException failure =
        failure(QueryLimits.DEFAULTS.withMaxSamples(1_000), "1 + rate(m[5m])");
    assertThat(failure.kind()).isEqualTo(EvaluationException.Kind.TOO_MANY_SAMPLES);
    assertThat(failure).hasMessageContaining("too many samples into memory: more than 1000");
    assertThat(failure.startOffset()).isEqualTo(9);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"m", "m smoothed", "rate(m[1m])", "rate(m[1m] smoothed)", "sum(m)", "info(m)"})
  void countsTheSamplesOfEverySelector(String text) {
    EvaluationException failure = failure(QueryLimits.DEFAULTS.withMaxSamples(1_000), text);
    assertThat(failure.kind()).isEqualTo(EvaluationException.Kind.TOO_MANY_SAMPLES);
  }

  @Test
  void loadsNoMoreSamplesThanItMayWhenItIsARange() {
    Engine engine = new Engine(EngineOptions.DEFAULTS.withMaxSamples(1_000));
    EvaluationException failure =
        catchThrowableOfType(
            EvaluationException.class,
            () -> engine.instant(HundredSeries.parse("m[1h]"), source, 600_000));
    assertThat(failure.kind()).isEqualTo(EvaluationException.Kind.TOO_MANY_SAMPLES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "m + on (i) m",
        "m or -m",
        "topk(3, m)",
        "limitk(3, m)",
        "m + on (i) fill(0) nothing",
        "count_values(\"v\", m)",
        "time() + time() + time()",
      })
  void computesNoMorePointsThanItMay(String text) {
    EvaluationException failure = failure(QueryLimits.DEFAULTS.withMaxPoints(150), text);
    assertThat(failure.kind()).isEqualTo(EvaluationException.Kind.TOO_MANY_POINTS);
    assertThat(failure).hasMessageContaining("too many points: more than 150");
  }

  @Test
  void hasNoMoreStepsThanItMay() {
    Engine engine = new Engine(EngineOptions.DEFAULTS);
    EvaluationException failure =
        catchThrowableOfType(
            EvaluationException.class,
            () -> engine.range(HundredSeries.parse("m"), source, 0, Long.MAX_VALUE / 2, 1));
    assertThat(failure.kind()).isEqualTo(EvaluationException.Kind.TOO_MANY_STEPS);
    assertThat(failure).hasMessageContaining("maximum resolution of 11000 points per time series");
  }

  @Test
  void hasNoMoreStepsInSubqueriesThanPoints() {
    EvaluationException failure =
        failure(QueryLimits.DEFAULTS, "max_over_time(vector(1)[100y:1ms])");
    assertThat(failure.kind()).isEqualTo(EvaluationException.Kind.TOO_MANY_POINTS);
  }

  @Test
  void takesNoMoreMemoryThanItMay() {
    EvaluationException failure = failure(QueryLimits.DEFAULTS.withMaxBytes(50_000), "m * 2");
    assertThat(failure.kind()).isEqualTo(EvaluationException.Kind.TOO_MUCH_MEMORY);
    assertThat(failure).hasMessageContaining("too much memory: more than 50000 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"h", "-h", "h * 2", "sum(h)", "rate(h[5m])", "h smoothed"})
  void paysForTheBucketsOfHistograms(String text) {
    int[] indexes = new int[200];
    Arrays.setAll(indexes, i -> i);
    for (int i = 0; i < 100; i++) {
      double[] counts = new double[200];
      Arrays.fill(counts, i + 1);
      Buckets buckets = Buckets.of(indexes, counts, 200);
      double count = 200 * (i + 1);
      Histogram histogram =
          new Histogram(
              ResetHint.UNKNOWN, 0, 0, 0, count, count, buckets, Buckets.EMPTY, new double[0]);
      source.append(Labels.of("__name__", "h"), i * 15_000L, 0, histogram);
    }
    EvaluationException failure = failure(QueryLimits.DEFAULTS.withMaxBytes(50_000), text);
    assertThat(failure.kind()).isEqualTo(EvaluationException.Kind.TOO_MUCH_MEMORY);
  }

  @Test
  void makesNoLabelsThatDoubleAgainAndAgain() {
    String text = "m";
    for (int i = 0; i < 40; i++) {
      text = "label_replace(" + text + ", \"i\", \"$1$1\", \"i\", \"(.+)\")";
    }
    EvaluationException failure = failure(QueryLimits.DEFAULTS, text);
    assertThat(failure.kind()).isEqualTo(EvaluationException.Kind.TOO_MUCH_MEMORY);
    text = "m";
    for (int i = 0; i < 40; i++) {
      text = "label_join(" + text + ", \"i\", \",\", \"i\", \"i\")";
    }
    failure = failure(QueryLimits.DEFAULTS, text);
    assertThat(failure.kind()).isEqualTo(EvaluationException.Kind.TOO_MUCH_MEMORY);
    assertThat(failure).hasMessageContaining("label longer than 65536 characters");
  }

  @Test
  void takesNoMoreTimeThanItMay() {
    long[] now = {0};
    Engine engine =
        new Engine(
            EngineOptions.DEFAULTS.withTimeout(Duration.ofSeconds(1)),
            () -> now[0] += 600_000_000L);
    EvaluationException failure = HundredSeries.failure(engine, source, "sum(m) + sum(m) + sum(m)");
    assertThat(failure.kind()).isEqualTo(EvaluationException.Kind.TIMEOUT);
    assertThat(failure).hasMessageContaining("took longer than 1000 ms");
  }

  @Test
  void takesNoMoreTimeThanIsLeftToWhoAsks() {
    long[] now = {0};
    Engine engine =
        new Engine(
            EngineOptions.DEFAULTS.withTimeout(Duration.ofSeconds(1)), () -> now[0] += 1_000_000L);
    EvaluationException failure =
        HundredSeries.failure(engine.within(Duration.ofNanos(1)), source, "m");
    assertThat(failure.kind()).isEqualTo(EvaluationException.Kind.TIMEOUT);
    assertThat(engine.within(Duration.ofSeconds(2))).as("never more").isSameAs(engine);
  }

  @Test
  void looksAtTheClockWithinASingleLongSeries() {
    long[] now = {0};
    Engine engine =
        new Engine(
            EngineOptions.DEFAULTS.withTimeout(Duration.ofSeconds(1)), () -> now[0] += 1_000_000L);
    for (int i = 0; i < 20_000; i++) {
      source.append(Labels.of("__name__", "long"), i * 1_000L, i);
    }
    EvaluationException failure =
        catchThrowableOfType(
            EvaluationException.class,
            () ->
                engine.range(
                    HundredSeries.parse("quantile_over_time(0.5, long[1w])"),
                    source,
                    0,
                    20_000_000,
                    2_000));
    assertThat(failure).isNull();
    Engine hurried =
        new Engine(
            EngineOptions.DEFAULTS.withTimeout(Duration.ofMillis(20)), () -> now[0] += 1_000_000L);
    failure =
        catchThrowableOfType(
            EvaluationException.class,
            () ->
                hurried.range(
                    HundredSeries.parse("quantile_over_time(0.5, long[1w])"),
                    source,
                    0,
                    20_000_000,
                    2_000));
    assertThat(failure.kind()).isEqualTo(EvaluationException.Kind.TIMEOUT);
  }

  @Test
  void isCancelledByAnInterrupt() {
    Thread.currentThread().interrupt();
    EvaluationException failure = failure(QueryLimits.DEFAULTS, "m");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(failure.kind()).isEqualTo(EvaluationException.Kind.CANCELLED);
  }

  @Test
  void isCancelledWhileItRuns() throws InterruptedException, ExecutionException, TimeoutException {
    for (int i = 0; i < 50_000; i++) {
      source.append(Labels.of("__name__", "long"), i * 1_000L, i);
    }
    // Sorts 50,000 samples at each of 11,000 steps: minutes of work.
    Expression expression = HundredSeries.parse("quantile_over_time(0.5, long[1w])");
    Engine engine = new Engine(EngineOptions.DEFAULTS);
    FutureTask<EvaluationException> query =
        new FutureTask<>(
            () ->
                catchThrowableOfType(
                    EvaluationException.class,
                    () -> engine.range(expression, source, 50_000_000, 50_010_999, 1)));
    Thread thread = new Thread(query, "query");
    thread.start();
    Thread.sleep(200);
    assertThat(query.isDone()).isFalse();
    thread.interrupt();
    assertThat(query.get(30, TimeUnit.SECONDS).kind())
        .isEqualTo(EvaluationException.Kind.CANCELLED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"m", "m smoothed", "rate(m[1m])", "timestamp(m)", "info(m)", "sum(m) + m"})
  void givesItsSeriesBackWhenItFails(String text) {
    List<String> open = new ArrayList<>();
    SampleSource watched =
        (List<Matcher> matchers, SelectHints hints) -> {
          open.add(matchers.toString());
          return new WatchedSeriesSet(source.select(matchers, hints), () -> open.remove(0));
        };
    Engine engine = new Engine(EngineOptions.DEFAULTS.withMaxSamples(1_000));
    EvaluationException failure = HundredSeries.failure(engine, watched, text);
    assertThat(failure.kind()).isEqualTo(EvaluationException.Kind.TOO_MANY_SAMPLES);
    assertThat(open).isEmpty();
  }

  @Test
  void needsLimitsAboveZero() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QueryLimits.DEFAULTS.withMaxPoints(0))
        .withMessageContaining("0 points");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QueryLimits.DEFAULTS.withMaxPoints(QueryLimits.MOST_POINTS + 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QueryLimits.DEFAULTS.withTimeout(Duration.ZERO));
  }

  /** Tells when a set of series is closed. */
  private static final class WatchedSeriesSet implements SeriesSet {

    private final SeriesSet series;
    private final Runnable whenClosed;

    WatchedSeriesSet(SeriesSet series, Runnable whenClosed) {
      this.series = series;
      this.whenClosed = whenClosed;
    }

    @Override
    public boolean next() throws IOException {
      return series.next();
    }

    @Override
    public Labels labels() {
      return series.labels();
    }

    @Override
    public long[] timestamps() {
      return series.timestamps();
    }

    @Override
    public double[] values() {
      return series.values();
    }

    @Override
    public int from() {
      return series.from();
    }

    @Override
    public int to() {
      return series.to();
    }

    @Override
    public void close() throws IOException {
      series.close();
      whenClosed.run();
    }
  }
}
