package dev.guanlan.codec.series;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.codec.protobuf.HeapBudget;
import dev.guanlan.model.Exemplar;
import dev.guanlan.model.Labels;
import dev.guanlan.model.MetricMetadata;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Histogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects a block's columns in arrays that are used again for the next block, within limits. The
 * columns that most requests have no use for come to be with the first that needs them. For one
 * thread.
 */
public final class SampleColumns {

  /** Nanoseconds in a millisecond. */
  public static final long NANOS_A_MILLI = 1_000_000;

  /** Arrays up to this length are kept from one block to the next. */
  private static final int KEPT = 1 << 17;

  /** Prometheus' staleness marker, {@code value.StaleNaN}, by its bits. */
  private static final long STALE = 0x7ff0000000000002L;

  private static final int BYTES_A_SERIES = 16;
  private static final int BYTES_A_SAMPLE = 32;
  private static final int BYTES_A_HISTOGRAM = 176;
  private static final int BYTES_A_BUCKET = 12;
  private static final int BYTES_AN_EXTRA = 64;

  private final DecoderLimits limits;
  private final HeapBudget budget;
  private final List<Exemplar> exemplars = new ArrayList<>();
  private final List<MetricMetadata> metadata = new ArrayList<>();
  private Labels[] labels = new Labels[0];
  private long[] ids = new long[0];
  private int[] firstSample = new int[1];
  private long[] timestamps = new long[0];
  private double[] values = new double[0];
  private @Nullable Histogram @Nullable [] histograms;
  private long @Nullable [] startTimestamps;
  private boolean @Nullable [] delta;
  private int series;
  private int samples;
  private int staleHistograms;

  /** Makes columns within limits, whose cost is taken from a budget. */
  public SampleColumns(DecoderLimits limits, HeapBudget budget) {
    this.limits = limits;
    this.budget = budget;
  }

  /** Returns how many samples there are. */
  public int samples() {
    return samples;
  }

  /** Returns how many of the samples are markers that came as histograms. */
  public int staleHistograms() {
    return staleHistograms;
  }

  /** Returns how many series were ended. */
  public int series() {
    return series;
  }

  /** Returns how many exemplars there are. */
  public int exemplars() {
    return exemplars.size();
  }

  /** Adds a number, at a time in milliseconds since the epoch, to the series that is ended next. */
  // hot: nothing is allocated, but where the columns have to grow.
  public void sample(long timestamp, double value) throws MalformedPayloadException {
    if (samples == timestamps.length) {
      grow();
    }
    timestamps[samples] = timestamp;
    values[samples] = value;
    samples++;
  }

  private void grow() throws MalformedPayloadException {
    if (samples >= limits.maxSamples()) {
      throw new PayloadTooLargeException(
          "the request has more than "
              + limits.maxSamples()
              + " samples, which is a fixed limit; send smaller batches");
    }
    int longer = Math.min(limits.maxSamples(), Math.max(1024, samples * 2));
    timestamps = Arrays.copyOf(timestamps, longer);
    values = Arrays.copyOf(values, longer);
    if (histograms != null) {
      histograms = Arrays.copyOf(histograms, longer);
    }
    if (startTimestamps != null) {
      startTimestamps = Arrays.copyOf(startTimestamps, longer);
    }
  }

  /**
   * Adds a histogram to the series that is ended next. One whose sum is Prometheus' staleness
   * marker says that the series ended, and becomes the marker itself.
   */
  public void histogram(long timestamp, Histogram histogram) throws MalformedPayloadException {
    if (Double.doubleToRawLongBits(histogram.sum()) == STALE) {
      sample(timestamp, histogram.sum());
      staleHistograms++;
      return;
    }
    int numbers =
        histogram.positive().size() + histogram.negative().size() + histogram.customBounds();
    budget.charge(BYTES_A_HISTOGRAM + (long) BYTES_A_BUCKET * numbers);
    sample(timestamp, 0);
    @Nullable Histogram[] column =
        histograms == null ? new @Nullable Histogram[timestamps.length] : histograms;
    column[samples - 1] = histogram;
    histograms = column;
  }

  /** Says since when the sample added last counts; 0 if unknown. */
  public void startTimestamp(long timestamp) {
    if (timestamp != 0) {
      long[] column = startTimestamps == null ? new long[timestamps.length] : startTimestamps;
      column[samples - 1] = timestamp;
      startTimestamps = column;
    }
  }

  /** Says since when the samples of the current series count that have not said so. */
  public void startTimestamps(int first, long timestamp) {
    if (timestamp == 0 || first == samples) {
      return;
    }
    long[] column = startTimestamps == null ? new long[timestamps.length] : startTimestamps;
    for (int i = first; i < samples; i++) {
      column[i] = column[i] == 0 ? timestamp : column[i];
    }
    startTimestamps = column;
  }

  /** Adds an exemplar of the series that is ended next. */
  public void exemplar(Labels exemplarLabels, double value, long timestamp)
      throws MalformedPayloadException {
    chargeExtra();
    exemplars.add(new Exemplar(series, exemplarLabels, value, timestamp));
  }

  /** Adds what is known of a metric. */
  public void metadata(MetricMetadata what) throws MalformedPayloadException {
    chargeExtra();
    metadata.add(what);
  }

  private void chargeExtra() throws MalformedPayloadException {
    if (exemplars.size() + metadata.size() >= limits.maxEntries()) {
      throw new PayloadTooLargeException(
          "the request has more than "
              + limits.maxEntries()
              + " exemplars and metadata entries, which is a fixed limit; send smaller batches");
    }
    budget.charge(BYTES_AN_EXTRA);
  }

  /** Takes what a series with the samples from {@code first} on costs from the budget. */
  public void charge(int first) throws MalformedPayloadException {
    budget.charge(BYTES_A_SERIES + (long) BYTES_A_SAMPLE * (samples - first));
  }

  /** Says that the samples of the series that is ended next are changes, not totals. */
  public void delta() {
    boolean[] column = delta == null ? new boolean[Math.max(256, series + 1)] : delta;
    if (series >= column.length) {
      column = Arrays.copyOf(column, 2 * series);
    }
    column[series] = true;
    delta = column;
  }

  /** Ends a series whose samples, from {@code first} on, were added before. */
  public void endSeries(Labels seriesLabels, long idHigh, long idLow, int first) {
    endSeries(first);
    name(series - 1, seriesLabels, idHigh, idLow);
  }

  /** Ends a series that is named before the block is made: see {@link SeriesMemory#nameAll}. */
  public void endSeries(int first) {
    if (series == labels.length) {
      int longer = Math.max(256, series * 2);
      labels = Arrays.copyOf(labels, longer);
      ids = Arrays.copyOf(ids, 2 * longer);
      firstSample = Arrays.copyOf(firstSample, longer + 1);
    }
    firstSample[series] = first;
    series++;
  }

  /** Returns whether a series that was ended has its labels and identity. */
  boolean isNamed(int which) {
    return labels[which] != null;
  }

  /** Gives a series that was ended its labels and identity. */
  void name(int which, Labels seriesLabels, long idHigh, long idLow) {
    labels[which] = seriesLabels;
    ids[2 * which] = idHigh;
    ids[2 * which + 1] = idLow;
  }

  /** Makes a block of what was collected. */
  public SampleBlock block(String tenant, Origin origin) {
    firstSample[series] = samples;
    return new SampleBlock(
        tenant,
        origin,
        Arrays.copyOf(labels, series),
        Arrays.copyOf(ids, 2 * series),
        Arrays.copyOf(firstSample, series + 1),
        Arrays.copyOf(timestamps, samples),
        Arrays.copyOf(values, samples),
        extras());
  }

  private SampleBlock.Extras extras() {
    boolean plain =
        histograms == null && startTimestamps == null && exemplars.isEmpty() && metadata.isEmpty();
    return plain
        ? SampleBlock.Extras.NONE
        : new SampleBlock.Extras(
            histograms == null ? null : Arrays.copyOf(histograms, samples),
            startTimestamps == null ? null : Arrays.copyOf(startTimestamps, samples),
            delta == null ? null : Arrays.copyOf(delta, series),
            List.copyOf(exemplars),
            List.copyOf(metadata));
  }

  /** Forgets what was collected. */
  public void clear() {
    if (samples > KEPT) {
      timestamps = new long[0];
      values = new double[0];
    }
    if (series > KEPT) {
      labels = new Labels[0];
      ids = new long[0];
      firstSample = new int[1];
    }
    Arrays.fill(labels, 0, Math.min(series, labels.length), null);
    histograms = null;
    startTimestamps = null;
    delta = null;
    exemplars.clear();
    metadata.clear();
    series = 0;
    samples = 0;
    staleHistograms = 0;
  }
}
