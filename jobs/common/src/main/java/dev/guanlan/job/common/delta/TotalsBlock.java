package dev.guanlan.job.common.delta;

import dev.guanlan.model.Exemplar;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Histogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the totals that a block of changes comes to: the same series, with fewer samples. */
final class TotalsBlock {

  private final SampleBlock changes;
  private final Labels[] labels;
  private final long[] ids;
  private final int[] firstSample;
  private final long[] timestamps;
  private final double[] values;
  private final long[] startTimestamps;
  private final @Nullable Histogram @Nullable [] histograms;

  /** Which series of the totals a series of the changes became, or -1. */
  private final int[] became;

  private int series;
  private int samples;
  private int current;

  TotalsBlock(SampleBlock changes) {
    this.changes = changes;
    int most = changes.sampleCount();
    labels = new Labels[changes.seriesCount()];
    ids = new long[2 * labels.length];
    firstSample = new int[labels.length + 1];
    timestamps = new long[most];
    values = new double[most];
    startTimestamps = new long[most];
    histograms = changes.hasHistograms() ? new @Nullable Histogram[most] : null;
    became = new int[labels.length];
    Arrays.fill(became, -1);
  }

  int seriesCount() {
    return series;
  }

  /** Starts the series that stands at a place of the changes. */
  void startSeries(int place) {
    current = place;
    firstSample[series] = samples;
  }

  void add(DeltaTotal total) {
    Histogram histogram = total.histogram();
    if (histogram != null && histograms != null) {
      histograms[samples] = histogram;
    }
    add(total.timestamp(), total.value(), total.startTimestamp());
  }

  /** Takes a sample of the changes as it is. */
  void copy(int sample) {
    if (histograms != null) {
      histograms[samples] = changes.histogram(sample);
    }
    add(changes.timestamp(sample), changes.value(sample), changes.startTimestamp(sample));
  }

  private void add(long timestamp, double value, long start) {
    timestamps[samples] = timestamp;
    values[samples] = value;
    startTimestamps[samples++] = start;
  }

  /** Ends the series; one without samples is none. */
  void endSeries() {
    if (firstSample[series] < samples) {
      labels[series] = changes.labels(current);
      ids[2 * series] = changes.idHigh(current);
      ids[2 * series + 1] = changes.idLow(current);
      became[current] = series++;
    }
  }

  SampleBlock build() {
    firstSample[series] = samples;
    List<Exemplar> exemplars = new ArrayList<>();
    for (Exemplar exemplar : changes.exemplars()) {
      int place = became[exemplar.series()];
      if (place >= 0) {
        exemplars.add(
            new Exemplar(place, exemplar.labels(), exemplar.value(), exemplar.timestampMillis()));
      }
    }
    return new SampleBlock(
        changes.tenant(),
        changes.origin(),
        Arrays.copyOf(labels, series),
        Arrays.copyOf(ids, 2 * series),
        Arrays.copyOf(firstSample, series + 1),
        timestamps,
        values,
        new SampleBlock.Extras(
            histograms, startTimestamps, null, List.copyOf(exemplars), List.of()));
  }
}
