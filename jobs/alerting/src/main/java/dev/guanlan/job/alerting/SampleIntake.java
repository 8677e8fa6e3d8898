package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import org.jspecify.annotations.Nullable;

/**
 * Takes samples into the windows of groups and shards, and counts those that cannot be taken and
 * those that are late.
 */
record SampleIntake(AlertingSettings settings, EvaluationMetrics metrics, LiveGroups groups) {

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
   * @param chosenOnly whether to ignore the samples of series that no selector chooses
   */
  void take(
      LiveGroup group,
      String name,
      SelectedSamples samples,
      long lastTickMillis,
      boolean chosenOnly,
      Late listener)
      throws Exception {
    long late = 0;
    for (int s = 0; s < samples.seriesCount(); s++) {
      LiveSeries series = series(group, samples, s, chosenOnly);
      if (series == null && chosenOnly) {
        continue;
      }
      long lateBefore = late;
      for (int i = samples.firstSample()[s]; i < samples.firstSample()[s + 1]; i++) {
        long timestamp = samples.timestamps()[i];
        // Late: the tick that should have seen it is over. It still counts for later ticks.
        if (timestamp <= lastTickMillis
            && (series == null || group.windows().reach().isLookedAt(series, timestamp))) {
          late++;
        }
        if (series != null) {
          group.windows().add(series, timestamp, samples.values()[i], samples.histogram(i));
        }
      }
      if (late > lateBefore && series != null && !samples.recorded()) {
        listener.note(series.labels(), late - lateBefore);
      }
    }
    group.writeIfFull(groups.states());
    // What rules record is always behind the tick that made it, and is none the later for that.
    metrics.late(name, samples.recorded() ? 0 : late);
  }

  /** Takes stored samples, however old they are. */
  void remember(LiveGroup group, GroupHistory history) throws Exception {
    SampleBlock block = history.block();
    StoredHistory stored = group.windows().stored();
    for (int s = 0; s < block.seriesCount(); s++) {
      boolean scarce = groups.budget().isNearlyOver();
      if (scarce || !stored.remember(block, s, history.version(), settings.maxSeries())) {
        leaveOut(group, block, s, scarce);
        group
            .windows()
            .fixed()
            .leaveOutOfHistory(
                block.labels(s),
                block.timestamp(block.firstSample(s)),
                newest(block, s),
                history.version());
      }
      group.writeIfFull(groups.states());
    }
  }

  /** Notes that stored samples of a group are not kept. */
  static void lose(LiveGroup group, GroupHistory history) {
    LiveWindows windows = group.windows();
    windows.stored().lose(history.version());
    windows.fixed().loseHistory(history.block().latestTimestamp(), history.version());
  }

  /** Takes the stored samples of a series, as far as the rules that are evaluated look at them. */
  void fill(LiveGroup group, SampleBlock block, int series) throws Exception {
    LiveWindows windows = group.windows();
    boolean scarce = groups.budget().isNearlyOver();
    if (scarce
        || windows.reach().leavesOut(block.labels(series), newest(block, series))
        || !windows.stored().fill(block, series, settings.maxSeries())) {
      leaveOut(group, block, series, scarce);
    }
    group.writeIfFull(groups.states());
  }

  private static long newest(SampleBlock block, int series) {
    return block.timestamp(block.endSample(series) - 1);
  }

  private void leaveOut(LiveGroup group, SampleBlock block, int series, boolean scarce) {
    metrics.overflowed.inc(block.endSample(series) - block.firstSample(series));
    leaveOut(group, block.labels(series), newest(block, series), scarce);
  }

  /** Returns a series of a group, which begins with its labels; null if it must not or cannot. */
  private @Nullable LiveSeries series(
      LiveGroup group, SelectedSamples samples, int series, boolean chosenOnly) {
    LiveWindows windows = group.windows();
    long high = samples.ids()[2 * series];
    long low = samples.ids()[2 * series + 1];
    LiveSeries known = windows.series().find(high, low);
    if (known != null) {
      return known;
    }
    int from = samples.firstSample()[series];
    int to = samples.firstSample()[series + 1];
    Labels labels = samples.labels(series);
    if (chosenOnly && (labels == null || !windows.reach().wouldChoose(labels))) {
      // Of a series without labels that was chosen before, they come again.
      return null;
    }
    long newest = Long.MIN_VALUE;
    long oldest = Long.MAX_VALUE;
    for (int i = from; i < to; i++) {
      newest = Math.max(newest, samples.timestamps()[i]);
      oldest = Math.min(oldest, samples.timestamps()[i]);
    }
    if (windows.reach().leavesOut(labels, newest)) {
      windows.fixed().leaveOut(labels, oldest, newest);
      metrics.overflowed.inc(to - from);
      return null;
    }
    boolean scarce = groups.budget().isOver();
    if (scarce || windows.series().isFull(settings.maxSeries())) {
      metrics.overflowed.inc(to - from);
      leaveOut(group, labels, newest, scarce);
      windows.fixed().leaveOut(labels, oldest, newest);
      return null;
    }
    if (labels == null) {
      metrics.unknown.inc(to - from);
      return null;
    }
    return windows.begin(new SeriesId(high, low), labels);
  }

  /** Notes that a group lacks a series, also after a restart if it is for want of memory. */
  private static void leaveOut(
      LiveGroup group, @Nullable Labels labels, long newestMillis, boolean scarce) {
    if (labels != null) {
      group.dropped().add(labels, newestMillis);
    }
    if (scarce) {
      String metric = labels == null ? null : labels.metricName();
      group.windows().reach().givenUp().leftOutOf(metric, newestMillis);
    }
  }
}
