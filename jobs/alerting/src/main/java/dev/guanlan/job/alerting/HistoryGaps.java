package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.MissingHistory;
import dev.guanlan.promql.engine.StandingSeries;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a history lacks that was read without fault: it does not reach up to what came by
 * itself, as the store was behind, or not back to where the first tick looks, as event time was.
 *
 * <p>That the store was behind is seen where most of the series that it had go on much later than
 * they end there. It is not seen of series that it has nothing of as far back as was read, or that
 * have no more samples here soon; nor where few are concerned, which may have paused themselves.
 *
 * <p>What was read is known in memory only: if the task fails before it is looked at, it is not.
 */
final class HistoryGaps {

  /** How much later series may go on: no selector sees what is older as it stands. */
  static final long TOLERATED_MILLIS = 300_000;

  private static final long NONE = Long.MIN_VALUE;

  private final LiveWindows windows;

  /** When it was read, by the wall clock, until the first tick behind that. */
  private long readMillis = RuleChange.NOT_READ;

  /** The newest version for which there came samples that were not looked at yet. */
  private long version = NONE;

  /** Up to which tick it is waited for what comes by itself. */
  private long untilMillis = NONE;

  HistoryGaps(LiveWindows windows) {
    this.windows = windows;
  }

  /** Notes up to when there are stored samples of a series for a version of the group. */
  void note(LiveSeries series, long newestMillis, long forVersion) {
    series.storedMillis = Math.max(series.storedMillis, newestMillis);
    version = Math.max(version, forVersion);
    untilMillis = NONE;
  }

  /** Notes when the history of the group's newest version was read, if it was. */
  void readAt(long millis) {
    readMillis = millis;
  }

  /**
   * Returns what is found to be missing at a tick of a version, before its windows are narrowed to
   * it; null if nothing is. Each thing is found once.
   */
  @Nullable MissingHistory find(long tickMillis, long ofVersion) {
    MissingHistory missing = null;
    if (readMillis >= 0) {
      long behind = readMillis - tickMillis;
      if (behind > HistoryReader.BEHIND_MILLIS) {
        missing =
            new MissingHistory(
                tickMillis,
                "event time was %s behind the clock when it was read, and for that only %s more"
                        .formatted(
                            Duration.ofSeconds(behind / 1000),
                            Duration.ofMillis(HistoryReader.BEHIND_MILLIS))
                    + " of the past is");
      }
      readMillis = RuleChange.NOT_READ;
    }
    if (version == NONE || version > ofVersion) {
      return missing;
    }
    MissingHistory hole = hole(tickMillis);
    return missing == null ? hole : missing;
  }

  private @Nullable MissingHistory hole(long tickMillis) {
    long following = 0;
    long late = 0;
    long newestStored = NONE;
    long goesOn = NONE;
    for (LiveSeries series : windows.series().all()) {
      long stored = series.storedMillis;
      // What is read of a fixed time ends there.
      if (stored == NONE || series.newestMillis <= stored || series.fixed.length > 0) {
        continue;
      }
      long next = first(series.samples(), stored + 1, tickMillis + 1);
      if (next == NONE) {
        continue;
      }
      long gap = next - stored;
      if (gap <= TOLERATED_MILLIS) {
        following++;
      } else if (first(series.samples(), stored - gap / 2, stored) != NONE) {
        // One that always has that few samples tells nothing.
        late++;
        newestStored = Math.max(newestStored, stored);
        goesOn = Math.max(goesOn, next);
      }
    }
    if (following + late == 0 && (untilMillis == NONE || tickMillis < untilMillis)) {
      untilMillis = untilMillis == NONE ? tickMillis + TOLERATED_MILLIS : untilMillis;
      return null;
    }
    forget();
    return late <= following
        ? null
        : new MissingHistory(
            goesOn,
            "the store was behind: it had samples up to %s, and what came by itself is of %s; see"
                    .formatted(Instant.ofEpochMilli(newestStored), Instant.ofEpochMilli(goesOn))
                + " how far the ingest job is behind");
  }

  /** Looks for nothing any more. */
  void forget() {
    for (LiveSeries series : windows.series().all()) {
      series.storedMillis = NONE;
    }
    version = NONE;
    untilMillis = NONE;
    readMillis = RuleChange.NOT_READ;
  }

  /** Returns the time of the first sample of a time; the least number if there is none. */
  private static long first(StandingSeries samples, long sinceMillis, long beforeMillis) {
    long[] first = {NONE};
    samples.forEach(
        sinceMillis,
        beforeMillis,
        (timestamp, value, histogram) -> first[0] = first[0] == NONE ? timestamp : first[0]);
    return first[0];
  }
}
