package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Runs over the series of a selection, one after the other. The columns of a series stay valid
 * until the next call of {@link #next()}, so that an implementation can reuse them. Not
 * thread-safe.
 */
public interface SeriesSet extends AutoCloseable {

  /**
   * Moves to the next series, at first to the first one.
   *
   * @return whether there is one
   * @throws IOException if it cannot be read
   */
  boolean next() throws IOException;

  /** Returns the labels of the current series. */
  Labels labels();

  /**
   * Returns the timestamps of the current series, in milliseconds since the epoch, strictly
   * ascending between {@link #from()} and {@link #to()}. The caller must not change them.
   */
  long[] timestamps();

  /**
   * Returns the values that belong to {@link #timestamps()}. The caller must not change them. Where
   * {@link #histograms()} has a histogram, the number means nothing; it is no stale marker.
   */
  double[] values();

  /**
   * Returns the native histograms that belong to {@link #timestamps()}, null where a number is;
   * null instead of the column if the series has numbers alone. The caller must not change them.
   */
  default @Nullable Histogram @Nullable [] histograms() {
    return null;
  }

  /**
   * Returns since when each sample has counted, in milliseconds since the epoch, 0 where it is not
   * known; null instead of the column if it is known of none. The caller must not change them.
   */
  default long @Nullable [] startTimestamps() {
    return null;
  }

  /** Returns the index of the first sample. */
  int from();

  /** Returns the index behind the last sample. */
  int to();

  /** Releases what the selection holds. Does nothing unless an implementation needs it. */
  @Override
  default void close() throws IOException {}
}
