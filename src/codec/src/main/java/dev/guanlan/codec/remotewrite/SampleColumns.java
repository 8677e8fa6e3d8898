package dev.guanlan.codec.remotewrite;

import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import java.util.Arrays;

/** Collects a block's columns in arrays that are used again for the next block. */
final class SampleColumns {

  /** Arrays up to this length are kept from one block to the next. */
  private static final int KEPT = 1 << 17;

  private Labels[] labels = new Labels[0];
  private SeriesId[] ids = new SeriesId[0];
  private int[] firstSample = new int[1];
  private long[] timestamps = new long[0];
  private double[] values = new double[0];
  private int series;
  private int samples;

  int series() {
    return series;
  }

  int samples() {
    return samples;
  }

  void sample(long timestamp, double value) {
    if (samples == timestamps.length) {
      int longer = Math.max(1024, samples * 2);
      timestamps = Arrays.copyOf(timestamps, longer);
      values = Arrays.copyOf(values, longer);
    }
    timestamps[samples] = timestamp;
    values[samples] = value;
    samples++;
  }

  /** Ends a series whose samples, from {@code first} on, were added before. */
  void endSeries(Labels seriesLabels, SeriesId id, int first) {
    if (series == labels.length) {
      int longer = Math.max(256, series * 2);
      labels = Arrays.copyOf(labels, longer);
      ids = Arrays.copyOf(ids, longer);
      firstSample = Arrays.copyOf(firstSample, longer + 1);
    }
    labels[series] = seriesLabels;
    ids[series] = id;
    firstSample[series] = first;
    series++;
  }

  /** Makes a block of what was collected. */
  SampleBlock block(String tenant, Origin origin) {
    firstSample[series] = samples;
    return new SampleBlock(
        tenant,
        origin,
        Arrays.copyOf(labels, series),
        Arrays.copyOf(ids, series),
        Arrays.copyOf(firstSample, series + 1),
        Arrays.copyOf(timestamps, samples),
        Arrays.copyOf(values, samples));
  }

  /** Forgets what was collected. */
  void clear() {
    if (samples > KEPT) {
      timestamps = new long[0];
      values = new double[0];
    }
    if (series > KEPT) {
      labels = new Labels[0];
      ids = new SeriesId[0];
      firstSample = new int[1];
    }
    Arrays.fill(labels, 0, Math.min(series, labels.length), null);
    Arrays.fill(ids, 0, Math.min(series, ids.length), null);
    series = 0;
    samples = 0;
  }
}
