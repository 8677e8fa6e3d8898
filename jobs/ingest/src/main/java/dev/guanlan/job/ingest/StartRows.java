package dev.guanlan.job.ingest;

import dev.guanlan.store.RowBuffer;

/** Writes rows of the table {@code starts}: one for each time that a series began to count anew. */
final class StartRows {

  static final String INSERT =
      "INSERT INTO starts (key, start, timestamp, expires) FORMAT RowBinary";

  private StartRows() {}

  /**
   * Writes a row.
   *
   * @param timestampMillis of the sample that told so
   * @param startMillis since when the series counts
   */
  static void write(
      long keyHigh,
      long keyLow,
      long timestampMillis,
      long startMillis,
      int expires,
      RowBuffer row) {
    row.int128(keyHigh, keyLow);
    row.int64(startMillis);
    row.int64(timestampMillis);
    row.date(expires);
    row.endRow();
  }
}
