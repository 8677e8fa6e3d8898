package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.rules.CompiledGroup;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Knows what a group looks at and is not kept, or not whole yet, since there was not the memory for
 * it. Nothing is kept for a window that was given up for a while. Then it fills again, and what
 * looks at it fails until it is full: over a part of it, it would give an answer that looks right.
 *
 * <p>What a window lacks is in state; that nothing is kept for it is not, so that a restart, with
 * another heap perhaps, tries at once. For one thread.
 */
final class GivenUpWindows {

  /** For how long, in event time, nothing is kept for a window. */
  static final long PAUSE_MILLIS = 600_000;

  /** The newest time of what a window lacks, by its text. */
  private final Map<String, Long> lackMillis = new HashMap<>();

  /** Until when nothing is kept for a window. */
  private final Map<SelectedWindow, Long> paused = new HashMap<>();

  private List<SelectedWindow> windows = List.of();
  private boolean changed;

  /** Takes what state knows. */
  void restore(String window, long lacks) {
    lackMillis.put(window, lacks);
  }

  /** Returns what state is to know, or null if that has not changed since the last call. */
  @Nullable Map<String, Long> takeChanged() {
    boolean told = changed;
    changed = false;
    return told ? lackMillis : null;
  }

  /** Goes over to a version of the group, as to windows that it has too. */
  void follow(CompiledGroup group) {
    windows = group.windows();
    if (!lackMillis.isEmpty()) {
      paused.keySet().retainAll(windows);
      Set<String> texts = Set.copyOf(windows.stream().map(SelectedWindow::toString).toList());
      changed |= lackMillis.keySet().retainAll(texts);
    }
  }

  /**
   * Gives the widest window of a selector up that is left.
   *
   * @param horizonMillis the next tick
   * @param newestMillis the newest time of any sample that is not kept
   * @return false if there is none
   */
  boolean giveUp(List<Matcher> matchers, long horizonMillis, long newestMillis) {
    SelectedWindow widest = null;
    for (SelectedWindow window : windows) {
      if (window.matchers().equals(matchers)
          && !paused.containsKey(window)
          && (widest == null || widest.millisBack() < window.millisBack())) {
        widest = window;
      }
    }
    if (widest == null) {
      return false;
    }
    paused.put(widest, horizonMillis + PAUSE_MILLIS);
    lack(widest, Math.max(horizonMillis, newestMillis));
    return true;
  }

  private void lack(SelectedWindow window, long newestMillis) {
    lackMillis.merge(window.toString(), newestMillis, Math::max);
    changed = true;
  }

  /** Tells whether nothing is kept for a window now. */
  boolean isPaused(SelectedWindow window) {
    return paused.containsKey(window);
  }

  /** Tells whether nothing is kept for any window now. */
  boolean isPausing() {
    return !paused.isEmpty();
  }

  /** Tells whether a window for which nothing is kept would choose a series. */
  boolean choose(Labels series) {
    for (SelectedWindow window : paused.keySet()) {
      if (Matcher.allMatch(window.matchers(), series)) {
        return true;
      }
    }
    return false;
  }

  /** Tells whether nothing lacks anything. */
  boolean isEmpty() {
    return lackMillis.isEmpty();
  }

  /** Notes the time of a sample that was not kept. */
  void leftOut(long newestMillis) {
    paused.keySet().forEach(window -> lack(window, newestMillis));
  }

  /**
   * Begins to keep again what was given up long enough ago.
   *
   * @return whether that was anything
   */
  boolean resume(long nextTickMillis) {
    boolean resumes = false;
    for (SelectedWindow window : windows) {
      Long until = paused.get(window);
      if (until != null && until <= nextTickMillis) {
        paused.remove(window);
        lack(window, nextTickMillis);
        resumes = true;
      }
    }
    return resumes;
  }

  /** Forgets the windows that are full again. */
  void forgetFull(long tickMillis, long slackMillis) {
    if (lackMillis.isEmpty()) {
      return;
    }
    for (SelectedWindow window : windows) {
      Long lacks = lackMillis.get(window.toString());
      if (lacks != null
          && !isPaused(window)
          && fullMillis(window, lacks, slackMillis) <= tickMillis) {
        lackMillis.remove(window.toString());
        changed = true;
      }
    }
  }

  private static long fullMillis(SelectedWindow window, long lacksMillis, long slackMillis) {
    return lacksMillis + window.millisBack() + slackMillis;
  }

  /**
   * Returns why something cannot be evaluated at a tick, or null if it can.
   *
   * @param looksAt what it looks at
   * @param slackMillis for how much longer than a window looks back it lacks what was left out
   */
  @Nullable String refusal(List<SelectedWindow> looksAt, long tickMillis, long slackMillis) {
    if (lackMillis.isEmpty()) {
      return null;
    }
    for (SelectedWindow window : looksAt) {
      String refusal = refusal(window, tickMillis, slackMillis);
      if (refusal != null) {
        return refusal;
      }
    }
    return null;
  }

  private @Nullable String refusal(SelectedWindow looksAt, long tickMillis, long slackMillis) {
    String refusal = null;
    for (SelectedWindow window : windows) {
      if (!looksAt.isWithin(window)) {
        continue;
      }
      Long lacks = lackMillis.get(window.toString());
      long full = lacks == null ? tickMillis : fullMillis(looksAt, lacks, slackMillis);
      if (!isPaused(window) && full <= tickMillis) {
        return null;
      }
      refusal =
          isPaused(window)
              ? refusalUntil("tried", paused.get(window))
              : refusalUntil("evaluated", full);
    }
    return refusal;
  }

  private static String refusalUntil(String what, long millis) {
    return "what it looks at took too much memory and was given up (rules.window-memory-fraction);"
        + " it is "
        + what
        + " again at "
        + Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS)
        + ", if that suffices then; select fewer series or a shorter range, or give TaskManagers"
        + " more memory";
  }
}
