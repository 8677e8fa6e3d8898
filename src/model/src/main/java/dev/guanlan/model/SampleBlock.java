package dev.guanlan.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Holds the samples of one raw record as columns: series one after the other, each with its samples
 * in the order sent.
 */
public final class SampleBlock {

  private final String tenant;
  private final Origin origin;
  private final Labels[] labels;
  private final SeriesId[] ids;
  private final int[] firstSample;
  private final long[] timestamps;
  private final double[] values;

  /**
   * Makes a block around the given columns, which must not change afterwards.
   *
   * @param tenant who sent the samples
   * @param origin the raw record they came in
   * @param labels one entry a series
   * @param ids one entry a series: the identity of {@code labels} for {@code tenant}
   * @param firstSample one entry a series, and one more: series {@code s} has the samples from
   *     {@code firstSample[s]} up to, not including, {@code firstSample[s + 1]}
   * @param timestamps one entry a sample, in milliseconds since the epoch; may be longer than used
   * @param values one entry a sample; may be longer than used
   */
  public SampleBlock(
      String tenant,
      Origin origin,
      Labels[] labels,
      SeriesId[] ids,
      int[] firstSample,
      long[] timestamps,
      double[] values) {
    this.tenant = tenant;
    this.origin = origin;
    this.labels = labels;
    this.ids = ids;
    this.firstSample = firstSample;
    this.timestamps = timestamps;
    this.values = values;
  }

  /** Returns who sent the samples. */
  public String tenant() {
    return tenant;
  }

  /** Returns the raw record that the samples came in. */
  public Origin origin() {
    return origin;
  }

  /** Returns how many series the block has. A series may occur more than once. */
  public int seriesCount() {
    return labels.length;
  }

  /** Returns how many samples the block has. */
  public int sampleCount() {
    return firstSample[labels.length];
  }

  /** Returns the labels of a series. */
  public Labels labels(int series) {
    return labels[series];
  }

  /** Returns the identity of a series. */
  public SeriesId id(int series) {
    return ids[series];
  }

  /** Returns the index of a series' first sample. */
  public int firstSample(int series) {
    return firstSample[series];
  }

  /** Returns the index behind a series' last sample. */
  public int endSample(int series) {
    return firstSample[series + 1];
  }

  /** Returns a sample's time in milliseconds since the epoch. */
  public long timestamp(int sample) {
    return timestamps[sample];
  }

  /** Returns a sample's value. */
  public double value(int sample) {
    return values[sample];
  }

  /** Returns the latest time of any sample in milliseconds, or {@link Long#MIN_VALUE} if empty. */
  public long latestTimestamp() {
    long latest = Long.MIN_VALUE;
    for (int i = 0; i < sampleCount(); i++) {
      latest = Math.max(latest, timestamps[i]);
    }
    return latest;
  }

  /** Starts a block. */
  public static Builder builder(String tenant, Origin origin) {
    return new Builder(tenant, origin);
  }

  /** Collects a block series by series. For one thread. */
  public static final class Builder {
    private final String tenant;
    private final Origin origin;
    private final List<Labels> labels = new ArrayList<>();
    private int[] firstSample = new int[16];
    private long[] timestamps = new long[64];
    private double[] values = new double[64];
    private int samples;

    private Builder(String tenant, Origin origin) {
      this.tenant = tenant;
      this.origin = origin;
    }

    /** Starts the next series; the samples that follow are its. */
    public Builder series(Labels seriesLabels) {
      if (labels.size() + 2 > firstSample.length) {
        firstSample = Arrays.copyOf(firstSample, firstSample.length * 2);
      }
      firstSample[labels.size()] = samples;
      labels.add(seriesLabels);
      return this;
    }

    /** Adds a sample, at a time in milliseconds since the epoch, to the series started last. */
    public Builder sample(long timestamp, double value) {
      if (samples == timestamps.length) {
        timestamps = Arrays.copyOf(timestamps, samples * 2);
        values = Arrays.copyOf(values, samples * 2);
      }
      timestamps[samples] = timestamp;
      values[samples] = value;
      samples++;
      return this;
    }

    /** Returns how many samples were added. */
    public int sampleCount() {
      return samples;
    }

    /** Makes the block. The builder must not be used afterwards. */
    public SampleBlock build() {
      firstSample[labels.size()] = samples;
      Labels[] series = labels.toArray(new Labels[0]);
      SeriesId[] ids = new SeriesId[series.length];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = SeriesId.of(tenant, series[i]);
      }
      return new SampleBlock(
          tenant,
          origin,
          series,
          ids,
          Arrays.copyOf(firstSample, series.length + 1),
          timestamps,
          values);
    }
  }
}
