package dev.guanlan.model;

import dev.guanlan.model.histogram.Histogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects some series of a block, to make a block of them. For one thread. */
public final class SeriesSelection {

  private int[] series = new int[8];
  private int count;

  /** Makes a selection of nothing. */
  public SeriesSelection() {}

  /** Adds a series by its place in the block, which is behind those added before. */
  public void add(int place) {
    if (count == series.length) {
      series = Arrays.copyOf(series, 2 * count);
    }
    series[count++] = place;
  }

  /** Returns how many series were added. */
  public int count() {
    return count;
  }

  /**
   * Returns the part of a block that was collected, with all that belongs to its series; the block
   * itself if that is all of it.
   *
   * @param metadata what the part says of metrics, as it is not known which are the series'
   */
  public SampleBlock of(SampleBlock block, List<MetricMetadata> metadata) {
    if (count == block.seriesCount() && metadata.equals(block.metadata())) {
      return block;
    }
    Labels[] labels = new Labels[count];
    long[] ids = new long[2 * count];
    int[] firstSample = new int[count + 1];
    for (int i = 0; i < count; i++) {
      labels[i] = block.labels(series[i]);
      ids[2 * i] = block.idHigh(series[i]);
      ids[2 * i + 1] = block.idLow(series[i]);
      firstSample[i + 1] =
          firstSample[i] + block.endSample(series[i]) - block.firstSample(series[i]);
    }
    int samples = firstSample[count];
    long[] timestamps = new long[samples];
    double[] values = new double[samples];
    int next = 0;
    for (int i = 0; i < count; i++) {
      for (int s = block.firstSample(series[i]); s < block.endSample(series[i]); s++) {
        timestamps[next] = block.timestamp(s);
        values[next++] = block.value(s);
      }
    }
    SampleBlock.Extras extras =
        new SampleBlock.Extras(
            block.hasHistograms() ? histograms(block, samples) : null,
            block.hasStartTimestamps() ? startTimestamps(block, samples) : null,
            block.hasDeltas() ? delta(block) : null,
            block.exemplars().isEmpty() ? List.of() : exemplars(block.exemplars()),
            metadata);
    return new SampleBlock(
        block.tenant(), block.origin(), labels, ids, firstSample, timestamps, values, extras);
  }

  private @Nullable Histogram @Nullable [] histograms(SampleBlock block, int samples) {
    @Nullable Histogram[] column = new @Nullable Histogram[samples];
    boolean any = false;
    int next = 0;
    for (int i = 0; i < count; i++) {
      for (int s = block.firstSample(series[i]); s < block.endSample(series[i]); s++) {
        column[next] = block.histogram(s);
        any |= column[next++] != null;
      }
    }
    return any ? column : null;
  }

  private long[] startTimestamps(SampleBlock block, int samples) {
    long[] column = new long[samples];
    int next = 0;
    for (int i = 0; i < count; i++) {
      for (int s = block.firstSample(series[i]); s < block.endSample(series[i]); s++) {
        column[next++] = block.startTimestamp(s);
      }
    }
    return column;
  }

  private boolean @Nullable [] delta(SampleBlock block) {
    boolean[] flags = new boolean[count];
    boolean any = false;
    for (int i = 0; i < count; i++) {
      flags[i] = block.isDelta(series[i]);
      any |= flags[i];
    }
    return any ? flags : null;
  }

  private List<Exemplar> exemplars(List<Exemplar> all) {
    List<Exemplar> kept = new ArrayList<>();
    for (Exemplar exemplar : all) {
      int place = Arrays.binarySearch(series, 0, count, exemplar.series());
      if (place >= 0) {
        kept.add(
            new Exemplar(place, exemplar.labels(), exemplar.value(), exemplar.timestampMillis()));
      }
    }
    return List.copyOf(kept);
  }
}
