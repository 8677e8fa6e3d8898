package dev.guanlan.promql.script;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.engine.InstantVector;
import dev.guanlan.promql.engine.RangeMatrix;
import dev.guanlan.promql.engine.Scalar;
import dev.guanlan.promql.engine.StringValue;
import dev.guanlan.promql.engine.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Compares what an evaluation yields with what is expected. */
final class Comparison {

  /** Relative difference below which numbers are equal, as in Prometheus' tests. */
  private static final double EPSILON = 1e-6;

  private Comparison() {}

  /** Returns what differs, or the empty string. */
  static String of(Command.Eval eval, Value value) {
    Expectations expected = eval.expected();
    if (value instanceof StringValue string) {
      return string.text().equals(expected.string) ? "" : "yields the string " + string.text();
    } else if (value instanceof Scalar scalar) {
      Double number = expected.scalar;
      return number != null && equal(number, scalar.value())
          ? ""
          : "yields the scalar " + scalar.value() + " instead of " + number;
    } else if (expected.string != null || (expected.scalar != null && eval.instant())) {
      return "yields no scalar or string but " + value;
    } else if (value instanceof InstantVector vector) {
      return expected.rangeVector ? "yields no range vector" : ofVector(expected, vector);
    }
    long start = expected.rangeVector ? expected.rangeStartMillis : eval.startMillis();
    long step = expected.rangeVector ? expected.rangeStepMillis : eval.stepMillis();
    return ofMatrix(expected.series, (RangeMatrix) value, start, step);
  }

  private static String ofVector(Expectations expected, InstantVector vector) {
    Map<Labels, Integer> rows = new HashMap<>();
    for (int i = 0; i < vector.size(); i++) {
      rows.put(vector.labels(i), i);
    }
    List<SeriesLine> lines = expected.series;
    for (int i = 0; i < lines.size(); i++) {
      SeriesLine line = lines.get(i);
      Integer row = rows.remove(line.labels());
      if (row == null) {
        return "lacks the series " + line.labels() + ", yields\n" + vector;
      }
      if (expected.ordered && row != i) {
        return "has the series " + line.labels() + " at place " + row + " instead of " + i;
      }
      Double number = line.values().isEmpty() ? null : line.values().get(0);
      if (number == null || !equal(number, vector.value(row))) {
        return line.labels() + " is " + vector.value(row) + " instead of " + number;
      }
    }
    return rows.isEmpty() ? "" : "has unexpected series " + rows.keySet();
  }

  private static String ofMatrix(
      List<SeriesLine> lines, RangeMatrix matrix, long start, long step) {
    Map<Labels, Map<Long, Double>> rows = new HashMap<>();
    for (int i = 0; i < matrix.size(); i++) {
      Map<Long, Double> points = new TreeMap<>();
      for (int point = 0; point < matrix.points(i); point++) {
        points.put(matrix.timestampMillis(i, point), matrix.value(i, point));
      }
      rows.put(matrix.labels(i), points);
    }
    for (SeriesLine line : lines) {
      Map<Long, Double> points = rows.remove(line.labels());
      Map<Long, Double> expected = new TreeMap<>();
      for (int i = 0; i < line.values().size(); i++) {
        Double number = line.values().get(i);
        if (number != null) {
          expected.put(start + i * step, number);
        }
      }
      if (points == null || !equal(expected, points)) {
        return line.labels() + " is " + points + " instead of " + expected + " in\n" + matrix;
      }
    }
    return rows.isEmpty() ? "" : "has unexpected series " + rows.keySet();
  }

  private static boolean equal(Map<Long, Double> expected, Map<Long, Double> actual) {
    if (!expected.keySet().equals(actual.keySet())) {
      return false;
    }
    return expected.entrySet().stream()
        .allMatch(point -> equal(point.getValue(), actual.getOrDefault(point.getKey(), 0d)));
  }

  static boolean equal(double expected, double actual) {
    if (Double.isNaN(expected) || Double.isNaN(actual)) {
      return Double.isNaN(expected) && Double.isNaN(actual);
    }
    if (expected == actual) {
      return true;
    }
    double sum = Math.abs(expected) + Math.abs(actual);
    double difference = Math.abs(expected - actual);
    if (expected == 0 || actual == 0 || sum < Double.MIN_NORMAL) {
      return difference < EPSILON * Double.MIN_NORMAL;
    }
    return difference / Math.min(sum, Double.MAX_VALUE) < EPSILON;
  }
}
