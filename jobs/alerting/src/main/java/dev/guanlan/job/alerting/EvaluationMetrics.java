package dev.guanlan.job.alerting;

import dev.guanlan.rules.RuleFailure;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what becomes of ticks and samples, and knows which rules are failing or limited. */
final class EvaluationMetrics {

  private static final Logger LOG = LoggerFactory.getLogger(EvaluationMetrics.class);

  final Counter overflowed;
  final Counter unknown;
  final Counter skipped;
  final Counter refused;
  final Counter failed;
  final Counter limited;
  final Counter givenUp;
  private final MetricGroup metrics;
  private final Counter ticks;

  /** Messages of the rules that failed or were limited at their last tick, by group and place. */
  private final Map<String, Map<Integer, String>> failing = new HashMap<>();

  /** Late samples, by group; a group has a counter once a sample of it was late. */
  private final Map<String, Counter> late = new HashMap<>();

  /** The groups that are evaluated in shards. */
  private final Set<String> hot = new HashSet<>();

  private volatile int hotGroups;
  private volatile int failingRules;
  private volatile long lastTickMillis;

  EvaluationMetrics(MetricGroup metrics) {
    this.metrics = metrics;
    overflowed = metrics.counter(AlertingNames.OVERFLOWED);
    unknown = metrics.counter(AlertingNames.UNKNOWN);
    skipped = metrics.counter(AlertingNames.TICKS_SKIPPED);
    refused = metrics.counter(AlertingNames.GROUPS_REFUSED);
    ticks = metrics.counter(AlertingNames.TICKS);
    failed = metrics.counter(AlertingNames.RULES_FAILED);
    limited = metrics.counter(AlertingNames.RULES_LIMITED);
    givenUp = metrics.counter(AlertingNames.WINDOWS_GIVEN_UP);
    metrics.gauge("rulesFailing", (Gauge<Integer>) () -> failingRules);
    metrics.gauge(AlertingNames.HOT_GROUPS, (Gauge<Integer>) () -> hotGroups);
    metrics.gauge("lastTickMillis", (Gauge<Long>) () -> lastTickMillis);
  }

  /** Counts samples of a group that came after the tick that should have seen them. */
  void late(String group, long samples) {
    if (samples > 0) {
      late.computeIfAbsent(group, key -> metrics.addGroup("group", key).counter(AlertingNames.LATE))
          .inc(samples);
    }
  }

  /** Notes a tick, and says once when a rule begins to fail, fails otherwise, or is well again. */
  void ticked(String group, long tickMillis, List<RuleFailure> failures) {
    ticks.inc();
    lastTickMillis = tickMillis;
    if (failures.isEmpty() && !failing.containsKey(group)) {
      return;
    }
    Map<Integer, String> before = failing.getOrDefault(group, Map.of());
    Map<Integer, String> now = new HashMap<>();
    for (RuleFailure failure : failures) {
      (failure.limited() ? limited : failed).inc();
      // The message of a fault of ours may be another each time.
      Throwable cause = failure.cause();
      String why = cause == null ? failure.message() : cause.getClass().getName();
      now.put(failure.rule(), why);
      if (!why.equals(before.get(failure.rule()))) {
        LOG.warn(
            "The rule {} of the group {} {} at {}: {}",
            failure.name(),
            group,
            failure.limited() ? "was limited" : "failed",
            tickMillis,
            failure.message(),
            cause);
      }
    }
    if (now.isEmpty()) {
      LOG.info("The rules of the group {} are well again", group);
      failing.remove(group);
    } else {
      failing.put(group, now);
    }
    count();
  }

  /** Notes whether a group is evaluated in shards. */
  void hot(String group, boolean sharded) {
    if (sharded ? hot.add(group) : hot.remove(group)) {
      hotGroups = hot.size();
    }
  }

  void forget(String group) {
    hot(group, false);
    failing.remove(group);
    count();
  }

  private void count() {
    int count = 0;
    for (Map<Integer, String> rules : failing.values()) {
      count += rules.size();
    }
    failingRules = count;
  }
}
