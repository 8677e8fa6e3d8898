package dev.guanlan.promql.notation;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.engine.StaleMarker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Is a line that gives a series its values, one each interval: {@code m{a="b"} 1 2+3x4 _ stale
 * {{sum:2 count:1}}}. Source: the series descriptions of Prometheus' {@code generated_parser.y}.
 */
public record SeriesLine(Labels labels, List<SequenceValue> values) {

  /** Most values that one line may have: more are a slip, and fill the memory. */
  static final int MAX_VALUES = 10_000_000;

  /** Copies the values. */
  public SeriesLine {
    values = List.copyOf(values);
  }

  /**
   * Reads a line.
   *
   * @throws PromqlException if the text is no such line; its position is one in the line
   */
  public static SeriesLine parse(String line) throws PromqlException {
    Cursor cursor = new Cursor(line);
    cursor.skipSpaces();
    Labels labels = labels(cursor);
    List<SequenceValue> values = new ArrayList<>();
    while (!cursor.atEnd()) {
      if (!cursor.skipSpaces()) {
        throw cursor.unexpected("series values", "");
      }
      if (!cursor.atEnd()) {
        addItem(cursor, values);
      }
    }
    return new SeriesLine(labels, values);
  }

  static Labels labels(Cursor cursor) throws PromqlException {
    Map<String, String> labels = new TreeMap<>();
    String metric = cursor.seesLetter() || cursor.sees(":") ? cursor.word(true) : "";
    if (cursor.sees("{") && !cursor.sees("{{") && cursor.accept("{")) {
      cursor.skipSpaces();
      while (!cursor.accept("}")) {
        addLabel(cursor, labels);
        cursor.skipSpaces();
        if (!cursor.accept(",") && !cursor.sees("}")) {
          throw cursor.unexpected("label set", "\",\" or \"}\"");
        }
        cursor.skipSpaces();
      }
    }
    if (!metric.isEmpty()) {
      labels.put(Labels.METRIC_NAME, metric);
    }
    return Labels.of(labels);
  }

  private static void addLabel(Cursor cursor, Map<String, String> labels) throws PromqlException {
    boolean quoted = cursor.seesQuote();
    if (!quoted && !cursor.seesLetter()) {
      throw cursor.unexpected("label set", "identifier or \"}\"");
    }
    String name = quoted ? cursor.string() : cursor.word(false);
    cursor.skipSpaces();
    if (quoted && !cursor.sees("=")) {
      labels.put(Labels.METRIC_NAME, name);
      return;
    }
    if (!cursor.accept("=")) {
      throw cursor.unexpected("label set", "\"=\"");
    }
    cursor.skipSpaces();
    if (!cursor.seesQuote()) {
      throw cursor.unexpected("label set", "string");
    }
    labels.put(name, cursor.string());
  }

  private static void addItem(Cursor cursor, List<SequenceValue> values) throws PromqlException {
    if (cursor.accept("_")) {
      addTimes(cursor, values, cursor.sees("x") ? times(cursor) : 1, SequenceValue.OMITTED);
    } else if (cursor.sees("{{")) {
      addHistograms(cursor, values);
    } else {
      addNumbers(cursor, values);
    }
  }

  private static void addNumbers(Cursor cursor, List<SequenceValue> values) throws PromqlException {
    double value = cursor.acceptWord("stale") ? StaleMarker.VALUE : signedNumber(cursor);
    if (cursor.sees("x")) {
      addTimes(cursor, values, times(cursor) + 1, SequenceValue.of(value));
      return;
    }
    if (!cursor.sees("+") && !cursor.sees("-")) {
      values.add(SequenceValue.of(value));
      return;
    }
    double increment = signedNumber(cursor);
    long times = times(cursor);
    checkSize(cursor, values, times);
    for (long i = 0; i <= times; i++) {
      values.add(SequenceValue.of(value));
      // Summed up step by step, as Prometheus does.
      value += increment;
    }
  }

  private static double signedNumber(Cursor cursor) throws PromqlException {
    boolean negative = cursor.accept("-");
    if (!negative) {
      cursor.accept("+");
    }
    if (!cursor.seesNumber() && !cursor.seesLetter()) {
      throw cursor.unexpected("series values", "");
    }
    double number = cursor.number();
    return negative ? -number : number;
  }

  private static void addHistograms(Cursor cursor, List<SequenceValue> values)
      throws PromqlException {
    SequenceValue base = HistogramNotation.read(cursor);
    if (cursor.sees("x")) {
      addTimes(cursor, values, times(cursor) + 1, base);
      return;
    }
    boolean decreases = cursor.sees("-");
    if (!decreases && !cursor.sees("+")) {
      values.add(base);
      return;
    }
    int start = cursor.offset();
    cursor.accept(decreases ? "-" : "+");
    SequenceValue increment = HistogramNotation.read(cursor);
    long times = times(cursor);
    checkSize(cursor, values, times);
    Histogram histogram = HistogramNotation.histogram(base);
    // As in Prometheus, it is the increment that says whether the hint was given.
    values.add(SequenceValue.of(histogram, increment.hintGiven()));
    for (long i = 0; i < times; i++) {
      histogram =
          HistogramNotation.combined(
              cursor, start, histogram, HistogramNotation.histogram(increment), decreases);
      values.add(SequenceValue.of(histogram, increment.hintGiven()));
    }
  }

  private static long times(Cursor cursor) throws PromqlException {
    if (!cursor.accept("x")) {
      throw cursor.unexpected("series values", "");
    }
    return cursor.integer("invalid repetition in series values");
  }

  private static void addTimes(
      Cursor cursor, List<SequenceValue> values, long times, SequenceValue value)
      throws PromqlException {
    checkSize(cursor, values, times);
    for (long i = 0; i < times; i++) {
      values.add(value);
    }
  }

  private static void checkSize(Cursor cursor, List<SequenceValue> values, long added)
      throws PromqlException {
    if (values.size() + added > MAX_VALUES) {
      throw cursor.error(
          "a series of more than " + MAX_VALUES + " values; repeat less often", cursor.offset());
    }
  }
}
