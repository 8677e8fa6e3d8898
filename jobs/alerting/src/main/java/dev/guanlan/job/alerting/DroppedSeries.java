package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.SelectedWindow;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Knows the series that a group's windows had no room for, and so which of its selections, those of
 * rules or of leaves, lack some: what is computed of the others would look right and be wrong.
 *
 * <p>In memory, since the task started: after a restart it is found out again when such series send
 * their labels. For one thread.
 */
final class DroppedSeries {

  /** So many series of a metric are told apart; of more all of the metric are taken to be. */
  private static final int SERIES_OF_METRIC = 100;

  /** So many metrics are told apart; of more all there are. */
  private static final int MOST_METRICS = 1_000;

  private static final long NEVER = Long.MIN_VALUE;

  /** Is when a series of a metric was dropped last, by its samples' times. */
  private static final class Metric {
    private final Map<Labels, Long> newest = new HashMap<>();
    private long othersMillis = NEVER;

    private boolean lacks(List<Matcher> matchers, long afterMillis) {
      if (othersMillis > afterMillis) {
        return true;
      }
      for (Map.Entry<Labels, Long> series : newest.entrySet()) {
        if (series.getValue() > afterMillis && Matcher.allMatch(matchers, series.getKey())) {
          return true;
        }
      }
      return false;
    }

    private boolean isOver(long millis) {
      newest.values().removeIf(dropped -> dropped <= millis);
      return newest.isEmpty() && othersMillis <= millis;
    }
  }

  private final Map<String, Metric> metrics = new HashMap<>();
  private long othersMillis = NEVER;

  /**
   * Notes that samples of a series were dropped.
   *
   * @param newestMillis the time of the newest, in milliseconds since the epoch
   */
  void add(Labels series, long newestMillis) {
    String name = series.metricName();
    Metric metric = metrics.get(name);
    if (metric == null) {
      if (metrics.size() >= MOST_METRICS) {
        othersMillis = Math.max(othersMillis, newestMillis);
        return;
      }
      metric = new Metric();
      metrics.put(name, metric);
    }
    if (metric.newest.size() < SERIES_OF_METRIC || metric.newest.containsKey(series)) {
      metric.newest.merge(series, newestMillis, Math::max);
    } else {
      metric.othersMillis = Math.max(metric.othersMillis, newestMillis);
    }
  }

  /** Tells whether nothing was dropped that can still be missing. */
  boolean isEmpty() {
    return metrics.isEmpty() && othersMillis == NEVER;
  }

  /**
   * Returns which selections lack something at a time.
   *
   * @param selections what each of them looks at
   * @param slackMillis for how much longer than a selection looks back it lacks what was dropped
   */
  BitSet lacking(List<List<SelectedWindow>> selections, long millis, long slackMillis) {
    BitSet lacking = new BitSet();
    for (int selection = 0; !isEmpty() && selection < selections.size(); selection++) {
      for (SelectedWindow window : selections.get(selection)) {
        // What a fixed time lacks is known where its samples are.
        if (!window.isFixed()
            && lacks(window.matchers(), millis - window.millisBack() - slackMillis)) {
          lacking.set(selection);
          break;
        }
      }
    }
    return lacking;
  }

  private boolean lacks(List<Matcher> matchers, long afterMillis) {
    if (othersMillis > afterMillis) {
      return true;
    }
    for (Map.Entry<String, Metric> metric : metrics.entrySet()) {
      if (canChoose(matchers, metric.getKey()) && metric.getValue().lacks(matchers, afterMillis)) {
        return true;
      }
    }
    return false;
  }

  private static boolean canChoose(List<Matcher> matchers, String metric) {
    for (Matcher matcher : matchers) {
      if (matcher.name().equals(Labels.METRIC_NAME) && !matcher.matches(metric)) {
        return false;
      }
    }
    return true;
  }

  /** Forgets what was dropped up to a time. */
  void forgetUpTo(long millis) {
    metrics.values().removeIf(metric -> metric.isOver(millis));
    if (othersMillis <= millis) {
      othersMillis = NEVER;
    }
  }

  /**
   * Returns for how much longer than it looks back a selection lacks what was dropped: labels, by
   * which a series is known here, do not come with every sample.
   */
  static long slackMillis(long intervalMillis, long queryOffsetMillis) {
    return SelectSamples.LABELS_MILLIS + intervalMillis + queryOffsetMillis;
  }

  /** Says why a selection that lacks something is not evaluated. */
  static String refusal(int maxSeries) {
    return "series that it selects are left out: its group, or its shard, may hold "
        + maxSeries
        + " (rules.max-series-per-group), and windows a part of the memory"
        + " (rules.window-memory-fraction); select fewer, or raise those";
  }
}
