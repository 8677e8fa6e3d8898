package dev.guanlan.rules.unittest;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.ParserOptions;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.engine.Engine;
import dev.guanlan.promql.engine.EvaluationException;
import dev.guanlan.promql.engine.InstantVector;
import dev.guanlan.promql.engine.SampleSource;
import dev.guanlan.promql.engine.Scalar;
import dev.guanlan.promql.engine.Value;
import dev.guanlan.promql.notation.SequenceValue;
import dev.guanlan.promql.notation.SeriesLine;
import dev.guanlan.rules.unittest.Failure.Difference;
import dev.guanlan.rules.unittest.Failure.Kind;
import dev.guanlan.rules.unittest.UnitTest.ExpectedSample;
import dev.guanlan.rules.unittest.UnitTest.ExpressionCase;
import dev.guanlan.rules.yaml.Durations;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Evaluates expressions and compares what they give with what is expected of them. */
final class ExpressionComparison {

  private final Engine engine;
  private final ParserOptions language;
  private final SampleSource source;
  private final long startMillis;
  private final boolean fuzzy;

  ExpressionComparison(
      Engine engine, ParserOptions language, SampleSource source, long startMillis, boolean fuzzy) {
    this.engine = engine;
    this.language = language;
    this.source = source;
    this.startMillis = startMillis;
    this.fuzzy = fuzzy;
  }

  /**
   * Is an element of a result.
   *
   * @param histogram the histogram's text, null for a number
   */
  private record Sample(Labels labels, double value, @Nullable String histogram) {

    private String shown() {
      return histogram == null ? Texts.of(value) : histogram;
    }
  }

  /** Says why a case cannot be compared. */
  private static final class IncomparableException extends Exception {
    private static final long serialVersionUID = 1;

    private IncomparableException(String message) {
      super(message);
    }
  }

  Optional<Failure> compare(ExpressionCase expression) {
    String what =
        "%s at %s".formatted(expression.expr(), Durations.format(expression.evalTimeMillis()));
    try {
      List<Sample> actual = evaluate(expression);
      List<Sample> expected = new ArrayList<>();
      for (ExpectedSample sample : expression.expected()) {
        expected.add(parse(sample));
      }
      expected.sort(Comparator.comparing(Sample::labels));
      actual.sort(Comparator.comparing(Sample::labels));
      List<Difference> difference = difference(expected, actual);
      return difference.isEmpty()
          ? Optional.empty()
          : Optional.of(new Failure(expression.line(), what, difference));
    } catch (IncomparableException e) {
      return Optional.of(new Failure(expression.line(), what + ": " + e.getMessage(), List.of()));
    }
  }

  private List<Sample> evaluate(ExpressionCase expression) throws IncomparableException {
    Value value;
    try {
      value =
          engine.instant(
              Parser.parse(expression.expr(), language),
              source,
              startMillis + expression.evalTimeMillis());
    } catch (PromqlException | EvaluationException e) {
      throw new IncomparableException(String.valueOf(e.getMessage()));
    }
    List<Sample> samples = new ArrayList<>();
    if (value instanceof InstantVector vector) {
      for (int i = 0; i < vector.size(); i++) {
        Histogram histogram = vector.histogram(i);
        samples.add(
            histogram == null
                ? new Sample(vector.labels(i), vector.value(i), null)
                : new Sample(vector.labels(i), 0, Texts.of(histogram)));
      }
    } else if (value instanceof Scalar scalar) {
      samples.add(new Sample(Labels.EMPTY, scalar.value(), null));
    } else {
      throw new IncomparableException("the result is not a vector or scalar");
    }
    return samples;
  }

  private static Sample parse(ExpectedSample sample) throws IncomparableException {
    // Where only a series is named, a space before its labels is no mistake.
    String named =
        sample.labels().strip().replaceFirst("^([a-zA-Z_:][a-zA-Z0-9_:]*)\\s+\\{", "$1{");
    try {
      SeriesLine series = SeriesLine.parse(named);
      if (!series.values().isEmpty()) {
        throw new IncomparableException(
            "labels " + Texts.quoted(sample.labels()) + ": values are not expected here");
      }
      return new Sample(
          series.labels(),
          sample.value(),
          sample.histogram().isEmpty() ? null : Texts.of(histogram(sample)));
    } catch (PromqlException e) {
      throw new IncomparableException(
          "labels " + Texts.quoted(sample.labels()) + ": " + e.getMessage());
    }
  }

  private static Histogram histogram(ExpectedSample sample)
      throws PromqlException, IncomparableException {
    List<SequenceValue> values = SeriesLine.parse("{} " + sample.histogram()).values();
    if (values.size() != 1) {
      throw new IncomparableException("expected 1 value, got " + values.size());
    }
    Histogram histogram = values.get(0).histogram();
    if (histogram == null) {
      throw new IncomparableException("expected histogram, got " + Texts.of(values.get(0).value()));
    }
    return histogram;
  }

  /** Goes through both lists, sorted by labels, side by side. */
  private List<Difference> difference(List<Sample> expected, List<Sample> actual) {
    List<Difference> difference = new ArrayList<>();
    int e = 0;
    int a = 0;
    while (e < expected.size() || a < actual.size()) {
      int order =
          e == expected.size()
              ? 1
              : a == actual.size()
                  ? -1
                  : expected.get(e).labels().compareTo(actual.get(a).labels());
      if (order < 0) {
        add(difference, Kind.MISSING, expected.get(e++));
      } else if (order > 0) {
        add(difference, Kind.SURPLUS, actual.get(a++));
      } else {
        compare(expected.get(e++), actual.get(a++), difference);
      }
    }
    return difference;
  }

  private void compare(Sample expected, Sample actual, List<Difference> difference) {
    boolean same =
        expected.histogram == null
            ? actual.histogram == null && sameNumber(expected.value, actual.value)
            : expected.histogram.equals(actual.histogram) && expected.value == 0;
    if (!same) {
      add(difference, Kind.MISSING, expected);
      add(difference, Kind.SURPLUS, actual);
      if (Double.isNaN(expected.value)) {
        difference.add(
            new Difference(
                Kind.COMMON, "NaN equals nothing, not even NaN; test (expr) != (expr) for it"));
      }
    }
  }

  /** Compares as {@code cmp.Equal} of Go does; fuzzily, neighbours are the same. */
  private boolean sameNumber(double expected, double actual) {
    return expected == actual
        || (fuzzy && (Math.nextDown(expected) == actual || Math.nextUp(expected) == actual));
  }

  private static void add(List<Difference> difference, Kind kind, Sample sample) {
    difference.add(new Difference(kind, Texts.of(sample.labels()) + " " + sample.shown()));
  }
}
