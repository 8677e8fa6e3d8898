package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Knows which selections of a group, those of its rules or of its leaves, lack series that the
 * windows had no room for: what is computed of the others would look right and be wrong. In memory;
 * after a restart it is found out again. For one thread.
 */
final class LackingSelections {

  private static final long NEVER = Long.MIN_VALUE;

  private long[] droppedMillis = {};
  private boolean any;

  /** Tells whether a selection, by its number, chooses a series. */
  @FunctionalInterface
  interface Selections {
    boolean choose(int selection, Labels series);
  }

  /** Tells whether none lacks anything, unless series were dropped since the last settling. */
  boolean isEmpty() {
    return !any;
  }

  /**
   * Finds out which selections lack what was dropped since the last tick, and which have it again.
   *
   * @param count how many selections there are
   * @param reachMillis how far the selections look back
   * @param intervalMillis time between two ticks
   */
  void settle(
      DroppedSeries dropped,
      int count,
      Selections selections,
      long tickMillis,
      long reachMillis,
      long intervalMillis) {
    if (droppedMillis.length != count) {
      droppedMillis = new long[count];
      Arrays.fill(droppedMillis, NEVER);
    }
    // Until nothing reaches back to it; and labels, by which it is known, come every five minutes.
    long holdMillis = reachMillis + SelectSamples.LABELS_MILLIS + intervalMillis;
    any = false;
    for (int selection = 0; selection < count; selection++) {
      for (Labels series : dropped.series()) {
        if (selections.choose(selection, series)) {
          droppedMillis[selection] = tickMillis;
          break;
        }
      }
      if (droppedMillis[selection] != NEVER
          && tickMillis - droppedMillis[selection] >= holdMillis) {
        droppedMillis[selection] = NEVER;
      }
      any |= droppedMillis[selection] != NEVER;
    }
  }

  /** Returns why a selection cannot be evaluated, as of the last settling, or null if it can. */
  @Nullable String refusal(int selection, int maxSeries) {
    return !any || droppedMillis[selection] == NEVER
        ? null
        : "series that it selects are left out, as its group holds "
            + maxSeries
            + " (rules.max-series-per-group); select fewer, or raise that";
  }
}
