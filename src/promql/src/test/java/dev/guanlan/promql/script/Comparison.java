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
      Double number = expected.scalar;
      return number != null && Point.almostEqual(number, scalar.value())
          ? ""
          : "yields the scalar " + scalar.value() + " instead of " + number;
    } else if (expected.string != null || expected.scalar != null) {
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
      Point actual = new Point(vector.value(row), vector.histogram(row));
      SequenceValue wanted =
          line.values().isEmpty() ? SequenceValue.OMITTED : line.values().get(0);
      if (!actual.matches(wanted)) {
        return line.labels() + " is " + actual + " instead of " + Point.of(wanted);
      }
    }
    return rows.isEmpty() ? "" : "has unexpected series " + rows.keySet();
  }

  private static String ofMatrix(
      List<SeriesLine> lines, RangeMatrix matrix, long start, long step) {
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
