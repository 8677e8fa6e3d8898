package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import java.io.IOException;

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

  /** Returns the values that belong to {@link #timestamps()}. The caller must not change them. */
  double[] values();

  /** Returns the index of the first sample. */
  int from();

  /** Returns the index behind the last sample. */
  int to();

  /** Releases what the selection holds. Does nothing unless an implementation needs it. */
  @Override
  default void close() throws IOException {}
}
