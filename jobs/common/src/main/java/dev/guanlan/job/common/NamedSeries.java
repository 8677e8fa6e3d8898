package dev.guanlan.job.common;

import dev.guanlan.codec.series.SeriesMemory;

/**
 * Is what the decoders of a job remember of series in one process, all tasks' and formats'
 * together: a sender's requests may come to any task after a restart, and one table for all needs
 * no more room the more tasks there are. It lives as long as the job's classes.
 */
final class NamedSeries {

  /**
   * How much of the heap what is remembered may take before the half that was not asked for of late
   * is forgotten. Twice as much is held at most, by each job of the process.
   */
  private static final long PART_OF_HEAP = 10;

  /** What a series takes at least, by the estimate of the table that holds it. */
  private static final long LEAST_BYTES_A_SERIES = 128;

  private static final int MOST_SERIES = 1 << 24;

  private static final int REMOTE_WRITE = 1;
  private static final int OTLP = 2;

  private static final SeriesMemory SHARED = memory(Runtime.getRuntime().maxMemory());

  private NamedSeries() {}

  private static SeriesMemory memory(long heapBytes) {
    long bytes = heapBytes / PART_OF_HEAP;
    return new SeriesMemory((int) Math.min(MOST_SERIES, bytes / LEAST_BYTES_A_SERIES), bytes);
  }

  /** Makes a memory for one decoder of remote write. */
  static SeriesMemory ofRemoteWrite() {
    return SeriesMemory.beside(SHARED, REMOTE_WRITE);
  }

  /** Makes a memory for one decoder of OTLP metrics. */
  static SeriesMemory ofOtlp() {
    return SeriesMemory.beside(SHARED, OTLP);
  }
}
