package dev.guanlan.job.alerting.state;

import dev.guanlan.model.histogram.Histogram;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Holds the results of one leaf.
 *
 * @param failure why there are none, or null if it was evaluated
 * @param series which series of the results each row is of
 * @param values one entry a row, of no meaning where there is a histogram
 * @param histograms one entry a row, null where it is a number; null if all are
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by content below.
public record LeafColumn(
    @Nullable String failure,
    int[] series,
    double[] values,
    @Nullable Histogram @Nullable [] histograms) {

  /** Returns the histogram of a row, or null if it is a number. */
  public @Nullable Histogram histogram(int row) {
    return histograms == null ? null : histograms[row];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LeafColumn column
        && Objects.equals(failure, column.failure)
        && Arrays.equals(series, column.series)
        && Arrays.equals(values, column.values)
        && Arrays.equals(histograms, column.histograms);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }
}
