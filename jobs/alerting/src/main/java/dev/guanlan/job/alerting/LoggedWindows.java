package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.GroupProgress;
import dev.guanlan.job.alerting.state.KnownSeries;
import dev.guanlan.job.alerting.state.SeriesWindow;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.schema.RuleGroup;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the windows of a group from state, and writes to state what is new of them. */
final class LoggedWindows {

  /** A log with so many times the samples of the windows is written anew. */
  private static final int MOST_WASTE = 4;

  /** A log of less is not worth it. */
  private static final int FEW_SAMPLES = 10_000;

  private final SegmentLog log = new SegmentLog();
  private final LiveWindows windows;
  private final Kept<Long> reached = new Kept<>();

  /**
   * Begins with no series.
   *
   * @param pool the series of all groups of the task
   * @param maxSeries how many series are held at most of fixed times
   */
  LoggedWindows(SeriesPool pool, int maxSeries) {
    this.windows = new LiveWindows(log, pool, maxSeries);
  }

  LiveWindows windows() {
    return windows;
  }

  /**
   * Reads the windows, once.
   *
   * @param rules the group as it is evaluated, or null while only samples of it are known
   * @param compiled the same; null too if this release cannot compile it
   */
  void read(
      GroupStates states,
      @Nullable RuleGroup rules,
      @Nullable CompiledGroup compiled,
      GroupProgress progress)
      throws Exception {
    reached.read(states.reached());
    Long known = reached.get();
    long reachedMillis = known == null ? Long.MIN_VALUE : known;
    long last = Math.max(progress.lastTickMillis(), reachedMillis);
    readFixed(states, rules, compiled);
    // Before, segments may be gone.
    readSegments(
        states,
        compiled == null || last == GroupProgress.NONE
            ? Long.MIN_VALUE
            : last - WindowReach.of(compiled));
    // One that cannot be evaluated never says what it does not need, and would keep all others'.
    windows.share(rules == null || compiled != null);
    importWindows(states);
    for (Map.Entry<String, Long> entry : states.givenUp().entries()) {
      windows.reach().givenUp().restore(entry.getKey(), entry.getValue());
    }
    if (rules != null && compiled != null && progress.nextTickMillis() != GroupProgress.NONE) {
      windows.goOn(rules, compiled, progress, reachedMillis);
    }
  }

  private void readFixed(
      GroupStates states, @Nullable RuleGroup rules, @Nullable CompiledGroup compiled)
      throws Exception {
    for (Map.Entry<SeriesId, SeriesWindow> entry : states.fixed().entries()) {
      windows.fixed().restore(entry.getKey(), entry.getValue());
    }
    for (String window : states.fixedLacks().keys()) {
      windows.fixed().restoreLack(window);
    }
    if (rules != null && compiled != null) {
      windows.followFixed(rules, compiled);
    }
  }

  private void readSegments(GroupStates states, long neededMillis) throws Exception {
    Map<Integer, LiveSeries> byNumber = new HashMap<>();
    for (Map.Entry<Integer, KnownSeries> entry : states.series().entries()) {
      byNumber.put(entry.getKey(), windows.restore(entry.getKey(), entry.getValue()));
    }
    log.read(
        states.segments(),
        segment -> {
          for (int i = 0; i < segment.size(); i++) {
            LiveSeries series = byNumber.get(segment.number(i));
            if (series == null) {
              // It has ended since.
              windows.series().used(segment.number(i));
            } else if (segment.timestamp(i) >= neededMillis) {
              // Of two samples at one time the first one counts; before, it may be gone.
              windows.admit(series, segment.timestamp(i), segment.value(i), segment.histogram(i));
            }
          }
        });
    windows.retainFilled();
  }

  /** Takes over what a release before segments wrote. */
  private void importWindows(GroupStates states) throws Exception {
    if (states.windows().isEmpty()) {
      return;
    }
    for (Map.Entry<SeriesId, SeriesWindow> entry : states.windows().entries()) {
      SeriesWindow window = entry.getValue();
      LiveSeries series = windows.begin(entry.getKey(), window.labels());
      @Nullable Histogram[] histograms = window.histograms();
      for (int i = 0; i < window.size(); i++) {
        windows.add(
            series,
            window.timestamps()[i],
            window.values()[i],
            histograms == null ? null : histograms[i]);
      }
      writeIfFull(states);
    }
    states.windows().clear();
  }

  /** Keeps what waits for a checkpoint within bounds, however long that takes. */
  void writeIfFull(GroupStates states) throws Exception {
    if (log.isFull()) {
      log.write(states.segments());
    }
  }

  /** Writes what has changed since the last time. */
  void write(GroupStates states) throws Exception {
    long reachedMillis = windows.reach().reachedMillis();
    reached.set(reachedMillis == Long.MIN_VALUE ? null : reachedMillis);
    reached.write(states.reached());
    for (LiveSeries born : windows.series().takeBorn()) {
      states.series().put(born.number, born.known());
    }
    for (int ended : windows.series().takeEnded()) {
      states.series().remove(ended);
    }
    Map<String, Long> givenUp = windows.reach().givenUp().takeChanged();
    if (givenUp != null) {
      states.givenUp().clear();
      states.givenUp().putAll(givenUp);
    }
    windows.fixed().write(states);
    writeSegments(states);
  }

  private void writeSegments(GroupStates states) throws Exception {
    long needed = windows.reach().neededMillis();
    if (needed != Long.MIN_VALUE) {
      log.removeBefore(needed, states.segments());
    }
    // Long ranges keep the samples of series that only short ones look at. What comes far ahead of
    // the ticks was in no sweep, and is no waste.
    if (isWasteful(windows.series().samplesCounted())
        && isWasteful(windows.series().countSamples())) {
      rewrite(states);
    } else {
      log.write(states.segments());
    }
  }

  private boolean isWasteful(long neededSamples) {
    return log.writtenSamples() > MOST_WASTE * neededSamples + FEW_SAMPLES;
  }

  /** Writes the windows as they are in the place of all that was written of them. */
  void rewrite(GroupStates states) throws Exception {
    log.clear(states.segments());
    for (LiveSeries series : windows.series().all()) {
      series
          .samples()
          .forEach(
              series.neededMillis(),
              Long.MAX_VALUE,
              (timestamp, value, histogram) -> log.add(series.number, timestamp, value, histogram));
      writeIfFull(states);
    }
    log.write(states.segments());
  }
}
