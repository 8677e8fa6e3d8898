package dev.guanlan.promql.script;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.engine.InstantVector;
import dev.guanlan.promql.engine.RangeMatrix;
import dev.guanlan.promql.engine.Scalar;
import dev.guanlan.promql.engine.StringValue;
import dev.guanlan.promql.engine.Value;
import dev.guanlan.promql.notation.SequenceValue;
import dev.guanlan.promql.notation.SeriesLine;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Compares what an evaluation yields with what is expected. */
final class Comparison {

  private Comparison() {}

  /** Returns what differs, or the empty string. */
  static String of(Command.Eval eval, Value value) {
    Expectations expected = eval.expected();
    if (value instanceof StringValue string) {
      return string.text().equals(expected.string) ? "" : "yields the string " + string.text();
    } else if (value instanceof Scalar scalar) {
      return ofScalar(expected, scalar.value());
    } else if (expected.string != null || expected.scalar != null) {
      return "yields no scalar or string but " + value;
    } else if (value instanceof InstantVector vector) {
      return expected.rangeVector ? "yields no range vector" : ofVector(expected, vector);
    } else if (eval.instant() && !expected.rangeVector && !expected.series.isEmpty()) {
      return "yields a range vector";
    } else if (expected.ordered) {
      return "yields a matrix, which has no order of its own";
    }
    long start = expected.rangeVector ? expected.rangeStartMillis : eval.startMillis();
    long step = expected.rangeVector ? expected.rangeStepMillis : eval.stepMillis();
    return ofMatrix(expected.series, (RangeMatrix) value, start, step);
  }

  private static String ofScalar(Expectations expected, double scalar) {
    Double number = expected.scalar;
    return number != null && Point.almostEqual(number, scalar)
        ? ""
        : "yields the scalar " + scalar + " instead of " + number;
  }

  /**
   * Compares what a range query yields at one step with what is expected of an instant one.
   *
   * @param scalar whether the expression is a scalar
   */
  static String ofStep(Expectations expected, RangeMatrix matrix, long timeMillis, boolean scalar) {
    String disorder = disorder(matrix);
    if (!disorder.isEmpty() || expected.ordered) {
      return disorder;
    }
    Map<Labels, Point> points = new LinkedHashMap<>();
    for (int i = 0; i < matrix.size(); i++) {
      for (int point = 0; point < matrix.points(i); point++) {
        if (matrix.timestampMillis(i, point) == timeMillis) {
          points.put(
              matrix.labels(i), new Point(matrix.value(i, point), matrix.histogram(i, point)));
        }
      }
    }
    Point only = points.get(Labels.EMPTY);
    if (scalar) {
      return only == null ? "yields no scalar" : ofScalar(expected, only.value());
    }
    return ofPoints(expected, points);
  }

  private static String disorder(RangeMatrix matrix) {
    for (int i = 1; i < matrix.size(); i++) {
      if (matrix.labels(i - 1).compareTo(matrix.labels(i)) > 0) {
        return matrix.labels(i) + " stands behind " + matrix.labels(i - 1) + " in a matrix";
      }
    }
    return "";
  }

  private static String ofVector(Expectations expected, InstantVector vector) {
    Map<Labels, Point> points = new LinkedHashMap<>();
    for (int i = 0; i < vector.size(); i++) {
      points.put(vector.labels(i), new Point(vector.value(i), vector.histogram(i)));
    }
    if (points.size() < vector.size()) {
      return "has a series twice in\n" + vector;
    }
    if (expected.ordered) {
      List<Labels> order = expected.series.stream().map(SeriesLine::labels).toList();
      if (!order.equals(List.copyOf(points.keySet()))) {
        return "has the order " + points.keySet() + " instead of " + order;
      }
    }
    return ofPoints(expected, points);
  }

  private static String ofPoints(Expectations expected, Map<Labels, Point> points) {
    for (SeriesLine line : expected.series) {
      Point actual = points.remove(line.labels());
      SequenceValue wanted = line.values().isEmpty() ? SequenceValue.OMITTED : line.values().get(0);
      if (actual == null || !actual.matches(wanted)) {
        return line.labels() + " is " + actual + " instead of " + Point.of(wanted);
      }
    }
    return points.isEmpty() ? "" : "has unexpected series " + points;
  }

  private static String ofMatrix(
      List<SeriesLine> lines, RangeMatrix matrix, long start, long step) {
    String disorder = disorder(matrix);
    if (!disorder.isEmpty()) {
      return disorder;
    }
    Map<Labels, Map<Long, Point>> rows = new HashMap<>();
    for (int i = 0; i < matrix.size(); i++) {
      Map<Long, Point> points = new TreeMap<>();
      for (int point = 0; point < matrix.points(i); point++) {
        points.put(
            matrix.timestampMillis(i, point),
            new Point(matrix.value(i, point), matrix.histogram(i, point)));
      }
      rows.put(matrix.labels(i), points);
    }
    for (SeriesLine line : lines) {
      Map<Long, Point> points = rows.remove(line.labels());
      String difference =
          points == null ? "is missing" : ofPoints(line.values(), points, start, step);
      if (!difference.isEmpty()) {
        return line.labels() + " " + difference + " in\n" + matrix;
      }
    }
    return rows.isEmpty() ? "" : "has unexpected series " + rows.keySet();
  }

  private static String ofPoints(
      List<SequenceValue> values, Map<Long, Point> points, long start, long step) {
    int wanted = 0;
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i).omitted()) {
        continue;
      }
      wanted++;
      long time = start + i * step;
      Point actual = points.get(time);
      if (actual == null || !actual.matches(values.get(i))) {
        return "is " + actual + " instead of " + Point.of(values.get(i)) + " at " + time + " ms";
      }
    }
    return wanted == points.size() ? "" : "has " + points.size() + " points instead of " + wanted;
  }
}
