package dev.guanlan.promql.notation;

import dev.guanlan.model.histogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Is one value of a series: a number, a native histogram, or nothing.
 *
 * @param value NaN if there is no number
 * @param hintGiven whether the histogram says itself what its reset hint is; else, where it is
 *     expected, any will do
 */
public record SequenceValue(
    boolean omitted, double value, @Nullable Histogram histogram, boolean hintGiven) {

  /** A place where a series has nothing. */
  public static final SequenceValue OMITTED = new SequenceValue(true, Double.NaN, null, false);

  static SequenceValue of(double value) {
    return new SequenceValue(false, value, null, false);
  }

  static SequenceValue of(Histogram histogram, boolean hintGiven) {
    return new SequenceValue(false, Double.NaN, histogram, hintGiven);
  }
}
