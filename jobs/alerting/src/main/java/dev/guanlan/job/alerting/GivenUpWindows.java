package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.rules.CompiledGroup;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  /** What state knows by this and a metric, and not by a window, all windows of that may lack. */
  static final String OF_METRIC = "*";

  /** So many metrics are told apart; of more all there are. */
  private static final int MOST_METRICS = 100;

  private static final String ANY_METRIC = "";

  private static final long NEVER = Long.MIN_VALUE;

  /** Is what a window lacks. */
  private static final class Lack {
    private final SelectedWindow window;

    /** The newest time of anything that is not there. */
    private long newestMillis;

    /** Until when nothing is kept, or the least number. */
    private long pausedUntilMillis = NEVER;

    private Lack(SelectedWindow window, long newestMillis) {
      this.window = window;
      this.newestMillis = newestMillis;
    }

    private boolean isPaused() {
      return pausedUntilMillis != NEVER;
    }

    /** Returns when what looks at a window, at this one or within it, lacks nothing any more. */
    private long fullMillis(SelectedWindow looksAt, long slackMillis) {
      return newestMillis + looksAt.millisBack() + slackMillis;
    }
  }

  private final Map<SelectedWindow, Lack> lacks = new HashMap<>();

  /** Those of them that nothing is kept for. */
  private final List<Lack> paused = new ArrayList<>();

  /** What state knows by the texts of windows, until it is known what the group looks at. */
  private final Map<String, Long> restored = new HashMap<>();

  private List<SelectedWindow> windows = List.of();

  /** The newest time of what was left out, by its metric, besides what was given up. */
  private final Map<String, Long> leftOut = new HashMap<>();

  private boolean changed;

  /** Takes what state knows. */
  void restore(String window, long newestMillis) {
    restored.put(window, newestMillis);
  }

  /** Returns what state is to know, or null if that has not changed since the last call. */
  @Nullable Map<String, Long> takeChanged() {
    if (!changed) {
      return null;
    }
    changed = false;
    Map<String, Long> all = new HashMap<>(restored);
    lacks.forEach((window, lack) -> all.put(window.toString(), lack.newestMillis));
    leftOut.forEach((metric, newest) -> all.put(OF_METRIC + metric, newest));
    return all;
  }

  /**
   * Goes over to a version of the group. A window that the version before did not have lacks what
   * any lacked that may have had the same series.
   *
   * @param horizonMillis the next tick as it is known, or the least number
   */
  void follow(CompiledGroup group, long horizonMillis) {
    List<SelectedWindow> before = windows;
    windows = group.windows().stream().filter(window -> !window.isFixed()).toList();
    if (!restored.isEmpty()) {
      takeRestored();
    } else if (!lacks.isEmpty()) {
      leftOut(horizonMillis);
      Map<SelectedWindow, Long> inherited = new HashMap<>();
      for (SelectedWindow window : windows) {
        if (!before.contains(window)) {
          lacks.values().stream()
              .filter(lack -> mayShare(lack.window, window))
              .mapToLong(lack -> lack.newestMillis)
              .max()
              .ifPresent(newest -> inherited.put(window, newest));
        }
      }
      inherited.forEach(this::lack);
    }
    changed |= lacks.keySet().retainAll(windows);
    paused.removeIf(lack -> lacks.get(lack.window) != lack);
  }

  private static boolean mayShare(SelectedWindow one, SelectedWindow other) {
    String metric = SelectorIndex.metric(one.matchers());
    String others = SelectorIndex.metric(other.matchers());
    return metric == null || others == null || metric.equals(others);
  }

  private void takeRestored() {
    Map<String, SelectedWindow> byText = new HashMap<>();
    windows.forEach(window -> byText.put(window.toString(), window));
    for (Map.Entry<String, Long> known : restored.entrySet()) {
      String name = known.getKey();
      SelectedWindow window = byText.get(name);
      if (window != null) {
        lack(window, known.getValue());
      } else {
        // If not of a metric, of another version of the group, which was changed meanwhile.
        String metric = name.startsWith(OF_METRIC) ? name.substring(1) : ANY_METRIC;
        windows.stream()
            .filter(each -> mayChoose(each, metric))
            .forEach(each -> lack(each, known.getValue()));
      }
    }
    restored.clear();
    changed = true;
  }

  private static boolean mayChoose(SelectedWindow window, String metric) {
    String asked = SelectorIndex.metric(window.matchers());
    return asked == null || metric.equals(ANY_METRIC) || asked.equals(metric);
  }

  private Lack lack(SelectedWindow window, long newestMillis) {
    Lack lack = lacks.computeIfAbsent(window, first -> new Lack(first, newestMillis));
    lack.newestMillis = Math.max(lack.newestMillis, newestMillis);
    changed = true;
    return lack;
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
          && !isPaused(window)
          && (widest == null || widest.millisBack() < window.millisBack())) {
        widest = window;
      }
    }
    if (widest == null) {
      return false;
    }
    Lack lack = lack(widest, horizonMillis);
    lack.pausedUntilMillis = horizonMillis + PAUSE_MILLIS;
    paused.add(lack);
    leftOut(Math.max(horizonMillis, newestMillis));
    return true;
  }

  /** Tells whether nothing is kept for a window now. */
  boolean isPaused(SelectedWindow window) {
    Lack lack = lacks.get(window);
    return lack != null && lack.isPaused();
  }

  /** Tells whether nothing is kept for any window now. */
  boolean isPausing() {
    return !paused.isEmpty();
  }

  /** Tells whether a window for which nothing is kept would choose a series. */
  boolean choose(Labels series) {
    for (Lack lack : paused) {
      if (Matcher.allMatch(lack.window.matchers(), series)) {
        return true;
      }
    }
    return false;
  }

  /** Tells whether nothing lacks anything. */
  boolean isEmpty() {
    return lacks.isEmpty() && restored.isEmpty();
  }

  /** Notes the time up to which samples are not kept of what nothing is kept for. */
  void leftOut(long newestMillis) {
    // hot while memory is scarce: allocates nothing.
    for (int i = 0; i < paused.size(); i++) {
      Lack lack = paused.get(i);
      if (lack.newestMillis < newestMillis) {
        lack.newestMillis = newestMillis;
        changed = true;
      }
    }
  }

  /**
   * Notes the time of samples for which there was no memory and that belong to no window that was
   * given up. Whoever knows what they were of says so; after a restart the windows lack them that
   * may choose the metric.
   *
   * @param metric the metric's name, or null if it is not known
   */
  void leftOutOf(@Nullable String metric, long newestMillis) {
    if (metric == null && !leftOut.isEmpty()) {
      // Of one that was known before.
      leftOut.replaceAll((known, newest) -> Math.max(newest, newestMillis));
    } else {
      boolean tooMany = leftOut.size() >= MOST_METRICS && !leftOut.containsKey(metric);
      leftOut.merge(metric == null || tooMany ? ANY_METRIC : metric, newestMillis, Math::max);
    }
    changed = true;
  }

  /**
   * Begins to keep again what was given up long enough ago.
   *
   * @return whether that was anything
   */
  boolean resume(long nextTickMillis) {
    boolean resumes = false;
    for (Lack lack : List.copyOf(paused)) {
      if (lack.pausedUntilMillis <= nextTickMillis) {
        lack.pausedUntilMillis = NEVER;
        paused.remove(lack);
        lack(lack.window, nextTickMillis);
        resumes = true;
      }
    }
    return resumes;
  }

  /** Forgets the windows that are full again. */
  void forgetFull(long tickMillis, long reachMillis, long slackMillis) {
    changed |=
        lacks
            .values()
            .removeIf(
                lack ->
                    !lack.isPaused() && lack.fullMillis(lack.window, slackMillis) <= tickMillis);
    changed |=
        leftOut.values().removeIf(newest -> newest + reachMillis + slackMillis <= tickMillis);
  }

  /**
   * Returns why something cannot be evaluated at a tick, or null if it can.
   *
   * @param looksAt what it looks at
   * @param slackMillis for how much longer than a window looks back it lacks what was left out
   */
  @Nullable String refusal(List<SelectedWindow> looksAt, long tickMillis, long slackMillis) {
    if (lacks.isEmpty()) {
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
      Lack lack = lacks.get(window);
      if (lack == null) {
        return null;
      }
      long full = lack.fullMillis(looksAt, slackMillis);
      if (lack.isPaused()) {
        refusal = refusalUntil("tried", lack.pausedUntilMillis);
      } else if (full <= tickMillis) {
        return null;
      } else {
        refusal = refusalUntil("evaluated", full);
      }
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

  /**
   * Returns why samples cannot be shown to who asks for them by a selector, as the queries of
   * templates do, or null if they can.
   *
   * @param depthMillis how far before a tick they are asked for
   */
  @Nullable String refusal(List<Matcher> matchers, long depthMillis) {
    if (lacks.isEmpty()) {
      return null;
    }
    boolean known = false;
    boolean lacking = false;
    for (SelectedWindow window : windows) {
      if (window.matchers().equals(matchers)) {
        boolean lacks = this.lacks.containsKey(window);
        if (!lacks && depthMillis <= window.millisBack()) {
          return null;
        }
        known = true;
        lacking |= lacks;
      }
    }
    return known && !lacking
        ? null
        : "what it looks at took too much memory and is not whole yet"
            + " (rules.window-memory-fraction)";
  }
}
