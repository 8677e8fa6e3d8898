package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.SeriesWindow;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.SelectedWindow.Interval;
import dev.guanlan.promql.engine.StandingSeries;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Is a series with its samples of the times that a group's selectors are fixed to. */
final class FixedSeries {

  /** What it takes besides its samples: objects, labels, places in tables. */
  private static final int BYTES_EMPTY = 600;

  final SeriesId id;
  final StandingSeries samples;

  /** What chooses it. */
  FixedSelector[] selectors = FixedWindows.NONE;

  /** Whether state does not know its samples. */
  boolean changed;

  private long counted;

  FixedSeries(SeriesId id, Labels labels) {
    this.id = id;
    this.samples = new StandingSeries(labels);
  }

  /** Returns by how much it takes more memory than at the last call, in bytes by estimate. */
  long growth() {
    long bytes = BYTES_EMPTY + samples.bytes();
    long growth = bytes - counted;
    counted = bytes;
    return growth;
  }

  /** Returns what was counted for it, in bytes. */
  long counted() {
    return counted;
  }

  void addAll(SeriesWindow window) {
    @Nullable Histogram[] histograms = window.histograms();
    for (int i = 0; i < window.size(); i++) {
      samples.add(
          window.timestamps()[i], window.values()[i], histograms == null ? null : histograms[i]);
    }
  }

  /** Returns the samples as state keeps them. */
  SeriesWindow window() {
    return window(samples, new Interval(Long.MIN_VALUE, Long.MAX_VALUE - 1));
  }

  /** Returns a series' samples of a time. */
  static SeriesWindow window(StandingSeries series, Interval time) {
    List<Long> timestamps = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    List<@Nullable Histogram> histograms = new ArrayList<>();
    boolean[] any = {false};
    series.forEach(
        time.afterMillis() == Long.MIN_VALUE ? Long.MIN_VALUE : time.afterMillis() + 1,
        time.toMillis() + 1,
        (timestamp, value, histogram) -> {
          timestamps.add(timestamp);
          values.add(value);
          histograms.add(histogram);
          any[0] |= histogram != null;
        });
    return new SeriesWindow(
        series.labels(),
        timestamps.stream().mapToLong(Long::longValue).toArray(),
        values.stream().mapToDouble(Double::doubleValue).toArray(),
        any[0] ? histograms.toArray(new @Nullable Histogram[0]) : null);
  }
}
