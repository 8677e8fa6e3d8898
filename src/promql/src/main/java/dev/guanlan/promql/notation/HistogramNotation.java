package dev.guanlan.promql.notation;

import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.HistogramSum;
import dev.guanlan.model.histogram.ResetHint;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.Quoting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * Reads a native histogram as {@code {{schema:1 sum:-0.3 count:3.1 z_bucket:7.1 z_bucket_w:0.05
 * buckets:[5.1 10 7] offset:-3 n_buckets:[4.1 5] n_offset:-5 counter_reset_hint:gauge}}}. All parts
 * may be missing.
 */
final class HistogramNotation {

  private static final double[] NONE = new double[0];

  private final Cursor cursor;
  private final Set<String> seen = new HashSet<>();
  private long schema;
  private double sum;
  private double count;
  private double zeroCount;
  private double zeroThreshold;
  private double[] positive = NONE;
  private double[] negative = NONE;
  private double[] customBounds = NONE;
  private long positiveOffset;
  private long negativeOffset;
  private ResetHint hint = ResetHint.UNKNOWN;

  private HistogramNotation(Cursor cursor) {
    this.cursor = cursor;
  }

  /** Reads the histogram that begins here. */
  static SequenceValue read(Cursor cursor) throws PromqlException {
    if (!cursor.accept("{{")) {
      throw cursor.unexpected("series values", "");
    }
    HistogramNotation notation = new HistogramNotation(cursor);
    notation.readParts();
    return SequenceValue.of(notation.histogram(), notation.seen.contains("counter_reset_hint"));
  }

  private void readParts() throws PromqlException {
    cursor.skipSpaces();
    while (!cursor.accept("}}")) {
      if (!cursor.seesLetter()) {
        throw cursor.unexpected(
            "histogram description", "histogram description key, e.g. buckets:[5 10 7]");
      }
      readPart();
      if (!cursor.skipSpaces() && !cursor.sees("}}")) {
        throw cursor.unexpected(
            "histogram description", "histogram description key, e.g. buckets:[5 10 7]");
      }
    }
  }

  private void readPart() throws PromqlException {
    int start = cursor.offset();
    String word = cursor.letters();
    String key = word.toLowerCase(Locale.ROOT);
    if (!isKey(key)) {
      throw cursor.error("bad histogram descriptor found: " + Quoting.quoted(word), start);
    }
    if (!cursor.accept(":")) {
      throw cursor.error("missing `:` for histogram descriptor", start);
    }
    if (!seen.add(key)) {
      throw cursor.error("duplicate key \"" + key + "\" in histogram", 0);
    }
    switch (key) {
      case "schema" -> schema = signedInteger();
      case "sum" -> sum = signedNumber();
      case "count" -> count = signedNumber();
      case "z_bucket" -> zeroCount = signedNumber();
      case "z_bucket_w" -> zeroThreshold = cursor.number();
      case "buckets" -> positive = numbers();
      case "n_buckets" -> negative = numbers();
      case "offset" -> positiveOffset = signedInteger();
      case "n_offset" -> negativeOffset = signedInteger();
      case "custom_values" -> customBounds = numbers();
      default -> hint = hint();
    }
  }

  private static boolean isKey(String word) {
    return switch (word) {
      case "schema",
          "sum",
          "count",
          "z_bucket",
          "z_bucket_w",
          "buckets",
          "n_buckets",
          "offset",
          "n_offset",
          "custom_values",
          "counter_reset_hint" ->
          true;
      default -> false;
    };
  }

  private ResetHint hint() throws PromqlException {
    int start = cursor.offset();
    String word = cursor.letters();
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "unknown" -> ResetHint.UNKNOWN;
      case "reset" -> ResetHint.RESET;
      case "not_reset" -> ResetHint.NOT_RESET;
      case "gauge" -> ResetHint.GAUGE;
      default ->
          throw cursor.error("bad histogram descriptor found: " + Quoting.quoted(word), start);
    };
  }

  private long signedInteger() throws PromqlException {
    boolean minus = cursor.accept("-");
    long value = cursor.integer("error parsing integer");
    return minus ? -value : value;
  }

  private double signedNumber() throws PromqlException {
    boolean minus = cursor.accept("-");
    double value = cursor.number();
    return minus ? -value : value;
  }

  private double[] numbers() throws PromqlException {
    if (!cursor.accept("[")) {
      throw cursor.unexpected("histogram description", "");
    }
    List<Double> numbers = new ArrayList<>();
    do {
      numbers.add(signedNumber());
    } while (cursor.skipSpaces() && !cursor.sees("]"));
    if (!cursor.accept("]")) {
      throw cursor.unexpected("histogram description", "");
    }
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private Histogram histogram() throws PromqlException {
    return new Histogram(
        hint,
        (int) schema,
        zeroThreshold,
        zeroCount,
        count,
        sum,
        buckets(positive, positiveOffset),
        buckets(negative, negativeOffset),
        customBounds);
  }

  private Buckets buckets(double[] counts, long offset) throws PromqlException {
    if (Math.abs(offset) > Integer.MAX_VALUE - counts.length) {
      throw cursor.error("the offset " + offset + " is beyond 32 bits", cursor.offset());
    }
    int[] indexes = new int[counts.length];
    Arrays.setAll(indexes, i -> (int) offset + i);
    return Buckets.of(indexes, counts, counts.length);
  }

  static Histogram histogram(SequenceValue value) {
    return Objects.requireNonNull(value.histogram());
  }

  /** Returns the next histogram of a series that goes up or down by another. */
  static Histogram combined(
      Cursor cursor, int start, Histogram current, Histogram step, boolean decreases)
      throws PromqlException {
    if (current.schema() > step.schema()) {
      throw cursor.error(
          "error combining histograms: cannot merge from schema "
              + step.schema()
              + " to "
              + current.schema(),
          start);
    }
    if (!current.isCompatibleWith(step)) {
      throw cursor.error(
          "error combining histograms: custom and exponential buckets do not combine", start);
    }
    HistogramSum sum = new HistogramSum(current);
    if (decreases) {
      sum.subtract(step);
    } else {
      sum.add(step);
    }
    return sum.toHistogram();
  }
}
