package dev.guanlan.job.common.delta;

import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.HistogramSum;
import org.jspecify.annotations.Nullable;

/**
 * Is what the changes of a series came to so far.
 *
 * @param value the sum of the numbers; 0 if they are histograms
 * @param histogram the sum of the histograms, or null if they are numbers
 * @param startTimestamp since when the sum counts, in milliseconds since the epoch; 0 if unknown
 * @param timestamp the time of the latest change, in milliseconds since the epoch
 * @param seenAtMillis when that came in by the wall clock, in milliseconds since the epoch
 */
record DeltaTotal(
    double value,
    @Nullable Histogram histogram,
    long startTimestamp,
    long timestamp,
    long seenAtMillis) {

  /** As the OpenTelemetry Collector bounds the buckets of a side; a wider one gets coarser. */
  private static final int MOST_BUCKETS = 160;

  /** Begins with a number. */
  static DeltaTotal of(double value, long start, long timestamp, long now) {
    return new DeltaTotal(value, null, start, timestamp, now);
  }

  /** Begins with a histogram. */
  static DeltaTotal of(Histogram histogram, long start, long timestamp, long now) {
    return new DeltaTotal(0, bounded(histogram), start, timestamp, now);
  }

  /** Returns whether a change is of an earlier run of the series than what was added up. */
  boolean isOfEarlierRun(long start) {
    return start != 0 && start < startTimestamp;
  }

  /** Returns the total with a number added; begins anew if it was one of histograms. */
  DeltaTotal plus(double change, long start, long time, long now) {
    return histogram != null
        ? of(change, start, time, now)
        : new DeltaTotal(value + change, null, startTimestamp, time, now);
  }

  /** Returns the total with a histogram added; begins anew if the two cannot be added. */
  DeltaTotal plus(Histogram change, long start, long time, long now) {
    if (histogram == null || !histogram.isCompatibleWith(change)) {
      return of(change, start, time, now);
    }
    HistogramSum sum = new HistogramSum(histogram);
    sum.add(change);
    return new DeltaTotal(0, bounded(sum.toHistogram()), startTimestamp, time, now);
  }

  /** Returns the same total after a marker that the series ended for now. */
  DeltaTotal interrupted(long time, long now) {
    return new DeltaTotal(value, histogram, startTimestamp, time, now);
  }

  private static Histogram bounded(Histogram sum) {
    Histogram coarse = sum;
    while (!coarse.hasCustomBuckets()
        && coarse.schema() > Histogram.LEAST_SCHEMA
        && Math.max(coarse.positive().size(), coarse.negative().size()) > MOST_BUCKETS) {
      coarse = coarse.toSchema(coarse.schema() - 1);
    }
    return coarse;
  }
}
