package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.MatcherType;
import dev.guanlan.promql.engine.StaleMarker;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Restores since when alerts are active from what was recorded of them, for a group whose state is
 * lost, or a rule that it did not have. Follows {@code Group.RestoreForState} of Prometheus' {@code
 * rules/group.go}; as the windows are filled before the first tick, it need not wait for the
 * second.
 *
 * @param outageToleranceMillis how long ago an alert may have been recorded last
 * @param gracePeriodMillis how long an alert waits at least that was pending then; rules whose
 *     {@code for} is shorter are not restored
 */
public record ForStates(long outageToleranceMillis, long gracePeriodMillis)
    implements Serializable {

  /** As Prometheus has them: an hour, and ten minutes. */
  public static final ForStates DEFAULTS = new ForStates(3_600_000, 600_000);

  /** Tells whether the alerts of a rule are restored. */
  public boolean restores(Rule rule) {
    return rule instanceof AlertingRule alerting && alerting.forMillis() >= gracePeriodMillis;
  }

  /** Returns what chooses the series from which a rule's alerts are restored. */
  public static List<Matcher> matchers(Rule rule) {
    return List.of(
        new Matcher(Labels.METRIC_NAME, MatcherType.EQUAL, AlertSeries.FOR_STATE),
        new Matcher("alertname", MatcherType.EQUAL, rule.name()));
  }

  /**
   * Returns the memories of a group's rules before its first tick.
   *
   * @param memories what they remember, in the group's order; a rule that has alerts keeps them
   * @param history samples of the series that {@link #matchers} choose, ascending by time
   * @param tickMillis the tick in milliseconds since the epoch
   */
  public List<RuleMemory> restore(
      RuleGroup group, List<RuleMemory> memories, Iterable<SampleBlock> history, long tickMillis) {
    if (!history.iterator().hasNext()) {
      return memories;
    }
    List<RuleMemory> restored = new ArrayList<>();
    for (int i = 0; i < memories.size(); i++) {
      RuleMemory memory = memories.get(i);
      boolean lost = memory.alerts().isEmpty() && restores(group.rules().get(i));
      restored.add(
          lost
              ? new RuleMemory(
                  alerts((AlertingRule) group.rules().get(i), history, tickMillis),
                  memory.recorded())
              : memory);
    }
    return restored;
  }

  /**
   * Does the same for some rules of a group, and leaves those of the others as they are.
   *
   * @param places which
   */
  public List<RuleMemory> restore(
      RuleGroup group,
      List<RuleMemory> memories,
      List<Integer> places,
      Iterable<SampleBlock> history,
      long tickMillis) {
    List<RuleMemory> all = restore(group, memories, history, tickMillis);
    List<RuleMemory> restored = new ArrayList<>(memories);
    for (int place : places) {
      restored.set(place, all.get(place));
    }
    return restored;
  }

  private SortedMap<Labels, Alert> alerts(
      AlertingRule rule, Iterable<SampleBlock> history, long tickMillis) {
    SortedMap<Labels, Alert> alerts = new TreeMap<>();
    for (SampleBlock block : history) {
      addAlerts(rule, block, tickMillis, alerts);
    }
    return alerts;
  }

  private void addAlerts(
      AlertingRule rule, SampleBlock history, long tickMillis, Map<Labels, Alert> alerts) {
    List<Matcher> matchers = matchers(rule);
    for (int s = 0; s < history.seriesCount(); s++) {
      int last = last(history, s, tickMillis);
      if (last < 0 || !Matcher.allMatch(matchers, history.labels(s))) {
        continue;
      }
      if (!isActive(history, last, tickMillis)) {
        // It was, by a block before, as series with many samples come in several.
        alerts.remove(history.labels(s).with(Labels.METRIC_NAME, ""));
        continue;
      }
      // Of two rules of one name each gets the alerts of both. What its result does not have is
      // forgotten, so that only its own remain.
      Labels labels = history.labels(s).with(Labels.METRIC_NAME, "");
      long activeAt =
          activeAt(
              rule.forMillis(),
              ((long) history.value(last)) * 1000,
              history.timestamp(last),
              tickMillis);
      alerts.put(labels, Alert.restored(labels, activeAt));
    }
  }

  /** Returns the sample that was the newest at a tick, or -1 if there was none. */
  private static int last(SampleBlock history, int series, long tickMillis) {
    for (int i = history.endSample(series) - 1; i >= history.firstSample(series); i--) {
      if (history.timestamp(i) <= tickMillis) {
        return i;
      }
    }
    return -1;
  }

  /** Tells whether a sample is recent, and no end. */
  private boolean isActive(SampleBlock history, int sample, long tickMillis) {
    return history.timestamp(sample) >= tickMillis - outageToleranceMillis
        && !StaleMarker.is(history.value(sample));
  }

  private long activeAt(long forMillis, long activeAt, long recordedAt, long tickMillis) {
    // As in Prometheus, in whole seconds.
    long downAt = Math.floorDiv(recordedAt, 1000L) * 1000;
    long remaining = forMillis - (downAt - activeAt);
    if (remaining <= 0) {
      // It fired. If its element is still there it does again, at once.
      return activeAt;
    }
    if (remaining < gracePeriodMillis) {
      return tickMillis + gracePeriodMillis - forMillis;
    }
    // The time of the outage does not count.
    return activeAt + (tickMillis - downAt);
  }
}
