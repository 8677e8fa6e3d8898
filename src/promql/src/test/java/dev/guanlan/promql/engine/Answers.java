package dev.guanlan.promql.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.guanlan.model.histogram.Histogram;
import java.util.Set;
import java.util.TreeSet;

/** Tells answers of engines as texts, each bit of them, whatever the order of a vector. */
final class Answers {

  private Answers() {}

  /** Asks something. */
  interface Question {
    Value ask() throws EvaluationException;
  }

  /** Returns what is answered, or how it fails. */
  static String answer(Question question) {
    Value value;
    try {
      value = question.ask();
    } catch (EvaluationException e) {
      return e.kind() + " " + e.getMessage();
    }
    if (value instanceof Scalar scalar) {
      return "scalar " + bits(scalar.value());
    }
    InstantVector vector = (InstantVector) value;
    Set<String> lines = new TreeSet<>();
    for (int i = 0; i < vector.size(); i++) {
      Histogram histogram = vector.histogram(i);
      String text = histogram == null ? bits(vector.value(i)) : histogram.toString();
      assertTrue(lines.add(vector.labels(i) + " " + text));
    }
    return String.join("\n", lines);
  }

  private static String bits(double value) {
    return Double.isNaN(value) ? "NaN" : value + " " + Double.doubleToRawLongBits(value);
  }
}
