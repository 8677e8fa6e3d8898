package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Topics;
import dev.guanlan.model.histogram.Histogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Collects the series of one block that a group selects. Used block after block; for one thread.
 */
final class GroupSelection {

  private final String group;
  private int[] series = new int[8];
  private boolean[] told = new boolean[8];
  private int count;
  private int samples;
  private boolean anyTold;

  GroupSelection(String group) {
    this.group = group;
  }

  /** Tells whether what is selected goes to a shard of a group. */
  boolean ofShard() {
    return group.startsWith("/");
  }

  boolean isEmpty() {
    return count == 0;
  }

  /**
   * Adds a series.
   *
   * @param place where it is in the block
   * @param size how many samples it has there
   * @param withLabels whether its labels go along
   */
  void add(int place, int size, boolean withLabels) {
    if (count == series.length) {
      series = Arrays.copyOf(series, 2 * count);
      told = Arrays.copyOf(told, 2 * count);
    }
    series[count] = place;
    told[count] = withLabels;
    count++;
    samples += size;
    anyTold |= withLabels;
  }

  /** Returns what was collected of a block, and begins anew. */
  SelectedSamples take(SampleBlock block) {
    long[] ids = new long[2 * count];
    @Nullable Labels[] labels = anyTold ? new @Nullable Labels[count] : null;
    int[] firstSample = new int[count + 1];
    long[] timestamps = new long[samples];
    double[] values = new double[samples];
    @Nullable Histogram[] histograms =
        block.hasHistograms() ? new @Nullable Histogram[samples] : null;
    boolean anyHistogram = false;
    int next = 0;
    for (int i = 0; i < count; i++) {
      int place = series[i];
      ids[2 * i] = block.idHigh(place);
      ids[2 * i + 1] = block.idLow(place);
      if (labels != null && told[i]) {
        labels[i] = block.labels(place);
      }
      for (int sample = block.firstSample(place); sample < block.endSample(place); sample++) {
        timestamps[next] = block.timestamp(sample);
        values[next] = block.value(sample);
        if (histograms != null) {
          histograms[next] = block.histogram(sample);
          anyHistogram |= histograms[next] != null;
        }
        next++;
      }
      firstSample[i + 1] = next;
    }
    count = 0;
    samples = 0;
    anyTold = false;
    boolean recorded = block.origin().topic().equals(Topics.RECORDED_METRICS);
    return new SelectedSamples(
        group,
        recorded,
        ids,
        labels,
        firstSample,
        timestamps,
        values,
        anyHistogram ? histograms : null);
  }
}
