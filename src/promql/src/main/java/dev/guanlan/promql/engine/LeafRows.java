package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a leaf gives at a time: a row for each series that its selector chooses, in the order
 * in which the source told them. The columns are not to be changed, and hold until the next
 * evaluation.
 *
 * @param series the series; the same array as before while they are the same
 * @param values one entry a series: a number, of no meaning where there is a histogram, or {@link
 *     StaleMarker#VALUE} where the leaf has no result
 * @param histograms one entry a series, null where it gives none; null if all are
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record LeafRows(
    StandingSeries[] series, double[] values, @Nullable Histogram @Nullable [] histograms) {

  /** Tells whether a series has a result. */
  public boolean isPresent(int row) {
    return !StaleMarker.is(values[row]);
  }

  /** Returns the histogram that a series gives, or null if it gives none. */
  public @Nullable Histogram histogram(int row) {
    return histograms == null ? null : histograms[row];
  }
}
