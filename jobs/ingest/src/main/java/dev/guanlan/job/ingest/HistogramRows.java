package dev.guanlan.job.ingest;

import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.store.RowBuffer;

/** Writes rows of the table {@code histograms}. */
final class HistogramRows {

  static final String INSERT =
      "INSERT INTO histograms (key, timestamp, start, reset_hint, schema, zero_threshold,"
          + " zero_count, count, sum, `positive.index`, `positive.count`, `negative.index`,"
          + " `negative.count`, custom_bounds, expires)"
          + " SETTINGS max_partitions_per_insert_block = 1000 FORMAT RowBinary";

  private HistogramRows() {}

  /**
   * Writes a row.
   *
   * @param startMillis since when the histogram counts; 0 if unknown
   */
  static void write(
      long keyHigh,
      long keyLow,
      long timestampMillis,
      long startMillis,
      Histogram histogram,
      int expires,
      RowBuffer row) {
    row.int128(keyHigh, keyLow);
    row.int64(timestampMillis);
    row.int64(startMillis);
    row.int8(resetHint(histogram));
    row.int8(histogram.schema());
    row.float64(histogram.zeroThreshold());
    row.float64(histogram.zeroCount());
    row.float64(histogram.count());
    row.float64(histogram.sum());
    writeBuckets(histogram.positive(), row);
    writeBuckets(histogram.negative(), row);
    row.size(histogram.customBounds());
    for (int i = 0; i < histogram.customBounds(); i++) {
      row.float64(histogram.customBound(i));
    }
    row.date(expires);
    row.endRow();
  }

  private static void writeBuckets(Buckets buckets, RowBuffer row) {
    row.size(buckets.size());
    for (int i = 0; i < buckets.size(); i++) {
      row.int32(buckets.index(i));
    }
    row.size(buckets.size());
    for (int i = 0; i < buckets.size(); i++) {
      row.float64(buckets.count(i));
    }
  }

  /** Returns the number that the column's enumeration gives the hint. */
  private static int resetHint(Histogram histogram) {
    return switch (histogram.resetHint()) {
      case UNKNOWN -> 0;
      case RESET -> 1;
      case NOT_RESET -> 2;
      case GAUGE -> 3;
    };
  }
}
