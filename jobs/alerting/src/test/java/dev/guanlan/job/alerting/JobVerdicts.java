package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.rules.Alert;
import dev.guanlan.rules.Notification;
import dev.guanlan.rules.RecordedSample;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.rules.unittest.AlertTexts;
import dev.guanlan.rules.unittest.Ruler;
import dev.guanlan.schema.AlertState;
import dev.guanlan.schema.AlertTransition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Tells tick by tick what the job did: which alerts fire comes from the transitions, what they say
 * from the notifications, and each must agree with the other.
 */
final class JobVerdicts implements Ruler.Evaluation {

  private final Ruler.Task task;
  private final TreeMap<Long, List<AlertTransition>> transitions = new TreeMap<>();
  private final TreeMap<Long, List<Notification>> notifications = new TreeMap<>();
  private final Map<String, SortedMap<Long, List<RecordedSample>>> recorded = new HashMap<>();
  private final List<String> keys = new ArrayList<>();
  private long rulesFailed;

  /** The alerts that fire, by their groups and labels. */
  private final Map<List<Object>, Labels> firing = new HashMap<>();

  /** What the alerts that fire say, as of the last tick, by their labels. */
  private final Map<Labels, Map<String, String>> said = new HashMap<>();

  JobVerdicts(Ruler.Task task) {
    this.task = task;
  }

  /** Adds what some groups did. */
  void add(TestingJob.Outcome outcome, Map<String, RuleGroup> groups) {
    rulesFailed += outcome.rulesFailed();
    for (AlertTransition transition : outcome.transitions()) {
      transitions
          .computeIfAbsent(transition.getTimestampMillis(), tick -> new ArrayList<>())
          .add(transition);
    }
    for (Notification notification : outcome.notifications()) {
      notifications
          .computeIfAbsent(notification.tickMillis(), tick -> new ArrayList<>())
          .add(notification);
    }
    groups.keySet().forEach(key -> recorded.put(key, new TreeMap<>()));
    for (GroupSamples samples : outcome.recorded()) {
      long offset = groups.get(samples.group()).queryOffsetMillis();
      SortedMap<Long, List<RecordedSample>> ofGroup = recorded.get(samples.group());
      SampleBlock block = samples.block();
      for (int series = 0; series < block.seriesCount(); series++) {
        for (int i = block.firstSample(series); i < block.endSample(series); i++) {
          Histogram histogram = block.histogram(i);
          ofGroup
              .computeIfAbsent(block.timestamp(i) + offset, tick -> new ArrayList<>())
              .add(
                  new RecordedSample(
                      block.labels(series), block.timestamp(i), block.value(i), histogram));
        }
      }
    }
  }

  /** Returns what a group recorded, by tick. */
  SortedMap<Long, List<RecordedSample>> recorded(String key) {
    return recorded.get(key);
  }

  /** Says in which order the groups record. */
  void order(List<String> groups) {
    keys.addAll(groups);
  }

  @Override
  public List<String> tick(long tickMillis) {
    if (rulesFailed > 0) {
      return List.of("rule evaluations failed in the job: " + rulesFailed);
    }
    List<AlertTransition> moves = new ArrayList<>(transitions.getOrDefault(tickMillis, List.of()));
    moves.sort(Comparator.comparing(AlertTransition::getFingerprint));
    for (AlertTransition move : moves) {
      List<Object> alert = List.of(move.getNamespace(), move.getGroup(), move.getLabels());
      boolean fires = move.getTo() == AlertState.FIRING;
      Labels before = fires ? firing.put(alert, Labels.of(move.getLabels())) : firing.remove(alert);
      if ((before != null) != (move.getFrom() == AlertState.FIRING)) {
        throw new IllegalStateException("a transition that cannot follow: " + move);
      }
    }
    said.clear();
    for (Notification notification : notifications.getOrDefault(tickMillis, List.of())) {
      if (notification.resolvedAtMillis() == Alert.NEVER) {
        said.put(notification.labels(), notification.annotations());
      }
    }
    for (String key : keys) {
      for (RecordedSample sample : recorded.get(key).getOrDefault(tickMillis, List.of())) {
        Histogram histogram = sample.histogram();
        if (histogram == null) {
          task.samples().append(sample.labels(), sample.timestampMillis(), sample.value());
        } else {
          task.samples().append(sample.labels(), sample.timestampMillis(), histogram);
        }
      }
    }
    return List.of();
  }

  @Override
  public List<AlertTexts> firing(String alertName) {
    List<Labels> told = new ArrayList<>(said.keySet());
    told.sort(Comparator.naturalOrder());
    List<Labels> moved = new ArrayList<>(firing.values().stream().map(this::withExternal).toList());
    moved.sort(Comparator.naturalOrder());
    if (!told.equals(moved)) {
      throw new IllegalStateException(
          "by the notifications there fire " + told + ", by the transitions " + moved);
    }
    List<AlertTexts> alerts = new ArrayList<>();
    for (Labels labels : firing.values()) {
      if (labels.getOrEmpty("alertname").equals(alertName)) {
        alerts.add(new AlertTexts(labels.toMap(), said.get(withExternal(labels))));
      }
    }
    return alerts;
  }

  /** Returns the labels with which Alertmanager hears of an alert. */
  private Labels withExternal(Labels alert) {
    Map<String, String> labels = new TreeMap<>(task.externalLabels());
    labels.putAll(alert.toMap());
    return Labels.of(labels);
  }
}
