package dev.guanlan.promql.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.ParserOptions;
import dev.guanlan.promql.PromqlException;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

@Label("A range query")
class RangeEqualsInstantsPropertyTest {

  private static final Engine ENGINE = new Engine(EngineOptions.DEFAULTS.withStartTimestamps(true));

  /** Is what a series has at a step. */
  private record Sample(double value, @Nullable Histogram histogram) {}

  @Provide
  Arbitrary<String> expressions() {
    return GeneratedQueries.expressions();
  }

  @Provide
  Arbitrary<String> histogramExpressions() {
    return GeneratedQueries.histogramExpressions();
  }

  @Provide
  Arbitrary<MemorySampleSource> numbers() {
    return GeneratedQueries.numbers();
  }

  @Provide
  Arbitrary<MemorySampleSource> numbersAndHistograms() {
    return GeneratedQueries.numbersAndHistograms();
  }

  @Property(tries = 1500)
  @Label("equals its instant queries step by step")
  void equalsItsInstantQueries(
      @ForAll("expressions") String text,
      @ForAll("numbers") MemorySampleSource source,
      @ForAll @IntRange(min = 0, max = 200) int start,
      @ForAll @IntRange(min = 1, max = 90) int step)
      throws PromqlException {
    check(text, source, start * 1_000L, step * 1_000L);
  }

  @Property(tries = 1500)
  @Label("of histograms equals its instant queries step by step")
  void ofHistogramsEqualsItsInstantQueries(
      @ForAll("histogramExpressions") String text,
      @ForAll("numbersAndHistograms") MemorySampleSource source,
      @ForAll @IntRange(min = 0, max = 200) int start,
      @ForAll @IntRange(min = 1, max = 90) int step)
      throws PromqlException {
    check(text, source, start * 1_000L, step * 1_000L);
  }

  private static void check(String text, SampleSource source, long start, long step)
      throws PromqlException {
    Expression expression = Parser.parse(text, ParserOptions.ALL);
    long end = start + 6 * step;
    RangeMatrix range;
    try {
      range = (RangeMatrix) ENGINE.range(expression, source, start, end, step);
    } catch (EvaluationException e) {
      assertThat(anyInstantFails(expression, source, start, end, step)).as(text).isTrue();
      return;
    }
    for (long at = start; at <= end; at += step) {
      Map<Labels, Sample> instant;
      try {
        instant = instant(expression, source, at);
      } catch (EvaluationException e) {
        throw new AssertionError(text + " at " + at + ": " + e.getMessage(), e);
      }
      assertThat(at(range, at)).as("%s at %d", text, at).isEqualTo(instant);
    }
  }

  private static boolean anyInstantFails(
      Expression expression, SampleSource source, long start, long end, long step) {
    for (long at = start; at <= end; at += step) {
      try {
        instant(expression, source, at);
      } catch (EvaluationException e) {
        return true;
      }
    }
    return false;
  }

  private static Map<Labels, Sample> instant(Expression expression, SampleSource source, long at)
      throws EvaluationException {
    Map<Labels, Sample> samples = new TreeMap<>();
    Value value = ENGINE.instant(expression, source, at);
    if (value instanceof Scalar scalar) {
      samples.put(Labels.EMPTY, new Sample(scalar.value(), null));
    } else {
      InstantVector vector = (InstantVector) value;
      for (int i = 0; i < vector.size(); i++) {
        samples.put(vector.labels(i), new Sample(vector.value(i), vector.histogram(i)));
      }
    }
    return samples;
  }

  private static Map<Labels, Sample> at(RangeMatrix matrix, long at) {
    Map<Labels, Sample> samples = new TreeMap<>();
    for (int i = 0; i < matrix.size(); i++) {
      for (int point = 0; point < matrix.points(i); point++) {
        if (matrix.timestampMillis(i, point) == at) {
          samples.put(
              matrix.labels(i), new Sample(matrix.value(i, point), matrix.histogram(i, point)));
        }
      }
    }
    return samples;
  }
}
