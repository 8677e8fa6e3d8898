package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Takes samples into the windows of groups and shards, and counts those that cannot be taken and
 * those that are late.
 */
record SampleIntake(AlertingSettings settings, EvaluationMetrics metrics, GroupStates states) {

  /** Is told of samples of a series that came after the tick that should have seen them. */
  @FunctionalInterface
  interface Late {
    void note(Labels series, long samples);
  }

  /**
   * Takes samples.
   *
   * @param name what late samples are counted for
   * @param lastTickMillis the tick that was evaluated last
   */
  void take(
      LiveGroup group, String name, SelectedSamples samples, long lastTickMillis, Late listener)
      throws Exception {
    long late = 0;
    for (int s = 0; s < samples.seriesCount(); s++) {
      LiveSeries series = series(group, samples, s);
      long lateBefore = late;
      for (int i = samples.firstSample()[s]; i < samples.firstSample()[s + 1]; i++) {
        long timestamp = samples.timestamps()[i];
        // Late: the tick that should have seen it is over. It still counts for later ticks.
        late += timestamp <= lastTickMillis ? 1 : 0;
        if (series != null) {
          group.windows().add(series, timestamp, samples.values()[i], samples.histogram(i));
        }
      }
      if (late > lateBefore && series != null && !samples.recorded()) {
        listener.note(series.labels(), late - lateBefore);
      }
    }
    group.writeIfFull(states);
    // What rules record is always behind the tick that made it, and is none the later for that.
    metrics.late(name, samples.recorded() ? 0 : late);
  }

  /** Takes stored samples, however old they are. */
  void remember(LiveGroup group, SampleBlock block) throws Exception {
    for (int s = 0; s < block.seriesCount(); s++) {
      if (!group.windows().remember(block, s, settings.maxSeries())) {
        drop(group, block, s);
      }
      group.writeIfFull(states);
    }
  }

  /** Takes the stored samples of a series, as far as the rules that are evaluated look at them. */
  void fill(LiveGroup group, SampleBlock block, int series) throws Exception {
    if (!group.windows().fill(block, series, settings.maxSeries())) {
      drop(group, block, series);
    }
    group.writeIfFull(states);
  }

  private void drop(LiveGroup group, SampleBlock block, int series) {
    metrics.overflowed.inc(block.endSample(series) - block.firstSample(series));
    group
        .dropped()
        .add(
            block.labels(series),
            newest(block::timestamp, block.firstSample(series), block.endSample(series)));
  }

  /** Returns a series of a group, which begins with its labels; null if it must not or cannot. */
  private @Nullable LiveSeries series(LiveGroup group, SelectedSamples samples, int series) {
    LiveWindows windows = group.windows();
    long high = samples.ids()[2 * series];
    long low = samples.ids()[2 * series + 1];
    LiveSeries known = windows.series().find(high, low);
    if (known != null) {
      return known;
    }
    int count = samples.firstSample()[series + 1] - samples.firstSample()[series];
    Labels labels = samples.labels(series);
    if (windows.isFull(settings.maxSeries())) {
      metrics.overflowed.inc(count);
      if (labels != null) {
        group
            .dropped()
            .add(
                labels,
                newest(
                    sample -> samples.timestamps()[sample],
                    samples.firstSample()[series],
                    samples.firstSample()[series + 1]));
      }
      return null;
    }
    if (labels == null) {
      metrics.unknown.inc(count);
      return null;
    }
    return windows.begin(new SeriesId(high, low), labels);
  }

  private static long newest(IntToLongFunction timestamps, int from, int to) {
    return IntStream.range(from, to).mapToLong(timestamps).max().orElse(Long.MIN_VALUE);
  }
}
