package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import java.util.Arrays;

/** Collects some series of a block. */
final class Selection {

  private int[] series = new int[8];
  private int count;

  /** Adds a series by its place in the block. */
  void add(int place) {
    if (count == series.length) {
      series = Arrays.copyOf(series, 2 * count);
    }
    series[count++] = place;
  }

  /** Returns the part of a block that was collected; the block itself if that is all of it. */
  SampleBlock of(SampleBlock block) {
    if (count == block.seriesCount()) {
      return block;
    }
    Labels[] labels = new Labels[count];
    SeriesId[] ids = new SeriesId[count];
    int[] firstSample = new int[count + 1];
    for (int i = 0; i < count; i++) {
      labels[i] = block.labels(series[i]);
      ids[i] = block.id(series[i]);
      firstSample[i + 1] =
          firstSample[i] + block.endSample(series[i]) - block.firstSample(series[i]);
    }
    long[] timestamps = new long[firstSample[count]];
    double[] values = new double[timestamps.length];
    int next = 0;
    for (int i = 0; i < count; i++) {
      for (int s = block.firstSample(series[i]); s < block.endSample(series[i]); s++) {
        timestamps[next] = block.timestamp(s);
        values[next++] = block.value(s);
      }
    }
    return new SampleBlock(
        block.tenant(), block.origin(), labels, ids, firstSample, timestamps, values);
  }
}
