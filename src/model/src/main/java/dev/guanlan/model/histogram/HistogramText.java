package dev.guanlan.model.histogram;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/**
 * Writes a histogram on one line as Prometheus does in label values and messages, e.g. {@code
 * {count:3, sum:4, [-0.001,0.001]:1, (1,2]:2}}. Source: {@code String} in {@code
 * model/histogram/float_histogram.go} of Prometheus.
 */
final class HistogramText {

  private HistogramText() {}

  static String of(Histogram histogram) {
    StringBuilder text = new StringBuilder("{count:");
    text.append(number(histogram.count())).append(", sum:").append(number(histogram.sum()));
    Buckets negative = histogram.negative();
    for (int i = negative.size() - 1; i >= 0; i--) {
      int index = negative.index(i);
      appendBucket(
          text, '[', -histogram.bound(index), -histogram.bound(index - 1), ')', negative.count(i));
    }
    double threshold = histogram.zeroThreshold();
    appendBucket(text, '[', -threshold, threshold, ']', histogram.zeroCount());
    Buckets positive = histogram.positive();
    for (int i = 0; i < positive.size(); i++) {
      int index = positive.index(i);
      appendBucket(
          text,
          histogram.hasCustomBuckets() && index == 0 ? '[' : '(',
          histogram.bound(index - 1),
          histogram.bound(index),
          ']',
          positive.count(i));
    }
    return text.append('}').toString();
  }

  private static void appendBucket(
      StringBuilder text, char opening, double lower, double upper, char closing, double count) {
    if (count != 0) {
      text.append(", ").append(opening).append(number(lower)).append(',');
      text.append(number(upper)).append(closing).append(':').append(number(count));
    }
  }

  /** Writes a number as Go's {@code %g} does: with an exponent below -4 and above 5. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    BigDecimal shortest = shortest(value).stripTrailingZeros();
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= -4 && exponent <= 5) {
      return shortest.toPlainString();
    }
    return String.format(
        Locale.ROOT,
        "%se%s%02d",
        shortest.movePointLeft(exponent).toPlainString(),
        exponent < 0 ? "-" : "+",
        Math.abs(exponent));
  }

  /** Returns the decimal of the fewest digits that is read as the same number again. */
  private static BigDecimal shortest(double value) {
    // Double.toString of Java 17 sometimes has a digit more than needed (JDK-4511638).
    for (int digits = 1; digits < 17; digits++) {
      BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits));
      if (rounded.doubleValue() == value) {
        return rounded;
      }
    }
    return new BigDecimal(value).round(new MathContext(17));
  }
}
