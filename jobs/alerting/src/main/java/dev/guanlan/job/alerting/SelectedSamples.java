package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Holds samples that a rule group selects, on their way to it: columns that must not change. Most
 * series come without their labels; the group knows them by their identities.
 *
 * @param group the group's key, tenant/namespace/name, or that of a shard
 * @param recorded whether rules recorded the samples, so that they are behind their ticks by nature
 * @param ids two entries a series: the halves of its identity
 * @param labels one entry a series, null where the group knows them; null if it knows all
 * @param firstSample one entry a series, and one more: series {@code s} has the samples from {@code
 *     firstSample[s]} up to, not including, {@code firstSample[s + 1]}
 * @param timestamps one entry a sample, in milliseconds since the epoch
 * @param values one entry a sample, of no meaning where it is a histogram
 * @param histograms one entry a sample, null where it is a number; null if all are
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
record SelectedSamples(
    String group,
    boolean recorded,
    long[] ids,
    @Nullable Labels @Nullable [] labels,
    int[] firstSample,
    long[] timestamps,
    double[] values,
    @Nullable Histogram @Nullable [] histograms)
    implements GroupInput {

  @Override
  public String key() {
    return group;
  }

  int seriesCount() {
    return firstSample.length - 1;
  }

  int sampleCount() {
    return timestamps.length;
  }

  @Nullable Labels labels(int series) {
    return labels == null ? null : labels[series];
  }

  @Nullable Histogram histogram(int sample) {
    return histograms == null ? null : histograms[sample];
  }

  /** Returns the time of the newest sample, or the least number if there is none. */
  long latestTimestamp() {
    long latest = Long.MIN_VALUE;
    for (long timestamp : timestamps) {
      latest = Math.max(latest, timestamp);
    }
    return latest;
  }

  @Override
  public String toString() {
    return group + ": " + seriesCount() + " series, " + sampleCount() + " samples";
  }
}
