package dev.guanlan.promql.engine;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Sums up what was done to the counts of classic histograms so that they ascend. */
final class Monotonicity {

  private double leastBound = Double.POSITIVE_INFINITY;
  private double greatestBound = Double.NEGATIVE_INFINITY;
  private double greatestDifference;
  private int histograms;
  private long firstMillis = Long.MAX_VALUE;
  private long lastMillis = Long.MIN_VALUE;

  void add(ClassicBuckets.Forced forced, long millis) {
    leastBound = Math.min(leastBound, forced.leastBound());
    greatestBound = Math.max(greatestBound, forced.greatestBound());
    greatestDifference = Math.max(greatestDifference, forced.greatestDifference());
    histograms++;
    firstMillis = Math.min(firstMillis, millis);
    lastMillis = Math.max(lastMillis, millis);
  }

  /** Returns what a remark goes on with. */
  String text() {
    return ", from buckets "
        + GoNumbers.formatGeneral(leastBound)
        + " to "
        + GoNumbers.formatGeneral(greatestBound)
        + ", with a max diff of "
        + GoNumbers.formatRoughly(greatestDifference)
        + ", over "
        + histograms
        + " samples from "
        + second(firstMillis)
        + " to "
        + second(lastMillis);
  }

  private static String second(long millis) {
    return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
