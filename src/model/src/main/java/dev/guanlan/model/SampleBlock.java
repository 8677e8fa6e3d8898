package dev.guanlan.model;

import dev.guanlan.model.histogram.Histogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds the samples of one raw record as columns: series one after the other, each with its samples
 * in the order sent.
 *
 * <p>A sample is a number or a native histogram. The columns that most blocks have no use for
 * (histograms, start times) are not there at all unless some sample has one.
 */
public final class SampleBlock {

  private final String tenant;
  private final Origin origin;
  private final Labels[] labels;

  /** The identity of series {@code s}: its halves at {@code 2 * s}, as an object costs a look. */
  private final long[] ids;

  private final int[] firstSample;
  private final long[] timestamps;
  private final double[] values;
  private final Extras extras;

  /**
   * Holds what most blocks do not have.
   *
   * @param histograms one entry a sample, null where the sample is a number; null if all are
   * @param startTimestamps one entry a sample: since when a cumulative value counts, in
   *     milliseconds since the epoch, 0 if unknown; null if all are unknown
   * @param delta one entry a series: whether its samples are changes since the one before, not
   *     totals; null if none are
   * @param exemplars exemplars of the block's series
   * @param metadata what the block says of metrics
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  public record Extras(
      @Nullable Histogram @Nullable [] histograms,
      long @Nullable [] startTimestamps,
      boolean @Nullable [] delta,
      List<Exemplar> exemplars,
      List<MetricMetadata> metadata) {

    /** Says that there is nothing but numbers. */
    public static final Extras NONE = new Extras(null, null, null, List.of(), List.of());
  }

  /**
   * Makes a block of numbers around the given columns, which must not change afterwards.
   *
   * @param tenant who sent the samples
   * @param origin the raw record they came in
   * @param labels one entry a series
   * @param ids two entries a series: the halves of the identity of {@code labels} for {@code
   *     tenant}, the high one first
   * @param firstSample one entry a series, and one more: series {@code s} has the samples from
   *     {@code firstSample[s]} up to, not including, {@code firstSample[s + 1]}
   * @param timestamps one entry a sample, in milliseconds since the epoch; may be longer than used
   * @param values one entry a sample; may be longer than used
   */
  public SampleBlock(
      String tenant,
      Origin origin,
      Labels[] labels,
      long[] ids,
      int[] firstSample,
      long[] timestamps,
      double[] values) {
    this(tenant, origin, labels, ids, firstSample, timestamps, values, Extras.NONE);
  }

  /** Makes a block like the other constructor, with what most blocks do not have. */
  public SampleBlock(
      String tenant,
      Origin origin,
      Labels[] labels,
      long[] ids,
      int[] firstSample,
      long[] timestamps,
      double[] values,
      Extras extras) {
    this.tenant = tenant;
    this.origin = origin;
    this.labels = labels;
    this.ids = ids;
    this.firstSample = firstSample;
    this.timestamps = timestamps;
    this.values = values;
    this.extras = extras;
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
    return new SeriesId(ids[2 * series], ids[2 * series + 1]);
  }

  /** Returns the first half of the identity of a series. */
  public long idHigh(int series) {
    return ids[2 * series];
  }

  /** Returns the other half. */
  public long idLow(int series) {
    return ids[2 * series + 1];
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

  /** Returns a sample's value; of no meaning where the sample is a histogram. */
  public double value(int sample) {
    return values[sample];
  }

  /** Returns whether any sample is a histogram. */
  public boolean hasHistograms() {
    return extras.histograms != null;
  }

  /** Returns the histogram that a sample is, or null if it is a number. */
  public @Nullable Histogram histogram(int sample) {
    return extras.histograms == null ? null : extras.histograms[sample];
  }

  /** Returns whether the start time of any sample is known. */
  public boolean hasStartTimestamps() {
    return extras.startTimestamps != null;
  }

  /**
   * Returns since when a sample's cumulative value counts, in milliseconds since the epoch; 0 if
   * unknown.
   */
  public long startTimestamp(int sample) {
    return extras.startTimestamps == null ? 0 : extras.startTimestamps[sample];
  }

  /** Returns whether any series has changes instead of totals. */
  public boolean hasDeltas() {
    return extras.delta != null;
  }

  /** Returns whether a series' samples are changes since the one before, not totals. */
  public boolean isDelta(int series) {
    return extras.delta != null && extras.delta[series];
  }

  /** Returns the exemplars of the block's series. */
  public List<Exemplar> exemplars() {
    return extras.exemplars;
  }

  /** Returns what the block says of metrics. */
  public List<MetricMetadata> metadata() {
    return extras.metadata;
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
    private final List<Exemplar> exemplars = new ArrayList<>(0);
    private final List<MetricMetadata> metadata = new ArrayList<>(0);
    private int[] firstSample = new int[16];
    private long[] timestamps = new long[64];
    private double[] values = new double[64];
    private @Nullable Histogram @Nullable [] histograms;
    private long @Nullable [] startTimestamps;
    private boolean @Nullable [] delta;
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

    /** Says that the samples of the series started last are changes, not totals. */
    public Builder delta() {
      int series = labels.size() - 1;
      boolean[] flags = delta == null ? new boolean[series + 16] : delta;
      if (series >= flags.length) {
        flags = Arrays.copyOf(flags, 2 * series);
      }
      flags[series] = true;
      delta = flags;
      return this;
    }

    /** Adds a sample, at a time in milliseconds since the epoch, to the series started last. */
    public Builder sample(long timestamp, double value) {
      ensureRoom();
      timestamps[samples] = timestamp;
      values[samples] = value;
      samples++;
      return this;
    }

    /** Adds a histogram, at a time in milliseconds since the epoch, to the series started last. */
    public Builder histogram(long timestamp, Histogram histogram) {
      sample(timestamp, 0);
      @Nullable Histogram[] column =
          histograms == null ? new @Nullable Histogram[timestamps.length] : histograms;
      column[samples - 1] = histogram;
      histograms = column;
      return this;
    }

    /**
     * Says since when the sample added last counts, in milliseconds since the epoch; 0 if unknown.
     */
    public Builder startTimestamp(long timestamp) {
      if (timestamp != 0 || startTimestamps != null) {
        long[] column = startTimestamps == null ? new long[timestamps.length] : startTimestamps;
        column[samples - 1] = timestamp;
        startTimestamps = column;
      }
      return this;
    }

    /** Adds an exemplar to the series started last. */
    public Builder exemplar(Labels exemplarLabels, double value, long timestampMillis) {
      exemplars.add(new Exemplar(labels.size() - 1, exemplarLabels, value, timestampMillis));
      return this;
    }

    /** Adds what is known of a metric. */
    public Builder metadata(MetricMetadata what) {
      metadata.add(what);
      return this;
    }

    /** Returns how many series were started. */
    public int seriesCount() {
      return labels.size();
    }

    /** Returns how many samples were added. */
    public int sampleCount() {
      return samples;
    }

    private void ensureRoom() {
      if (samples < timestamps.length) {
        return;
      }
      int longer = samples * 2;
      timestamps = Arrays.copyOf(timestamps, longer);
      values = Arrays.copyOf(values, longer);
      if (histograms != null) {
        histograms = Arrays.copyOf(histograms, longer);
      }
      if (startTimestamps != null) {
        startTimestamps = Arrays.copyOf(startTimestamps, longer);
      }
    }

    /** Makes the block. The builder must not be used afterwards. */
    public SampleBlock build() {
      firstSample[labels.size()] = samples;
      Labels[] series = labels.toArray(new Labels[0]);
      long[] ids = new long[2 * series.length];
      for (int i = 0; i < series.length; i++) {
        SeriesId id = SeriesId.of(tenant, series[i]);
        ids[2 * i] = id.high();
        ids[2 * i + 1] = id.low();
      }
      return new SampleBlock(
          tenant,
          origin,
          series,
          ids,
          Arrays.copyOf(firstSample, series.length + 1),
          timestamps,
          values,
          extras());
    }

    private Extras extras() {
      boolean plain =
          histograms == null
              && startTimestamps == null
              && delta == null
              && exemplars.isEmpty()
              && metadata.isEmpty();
      return plain
          ? Extras.NONE
          : new Extras(
              histograms,
              startTimestamps,
              delta == null ? null : Arrays.copyOf(delta, labels.size()),
              List.copyOf(exemplars),
              List.copyOf(metadata));
    }
  }
}
