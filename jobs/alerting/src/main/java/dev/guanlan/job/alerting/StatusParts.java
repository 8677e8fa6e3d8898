package dev.guanlan.job.alerting;

import dev.guanlan.rules.Alert;
import dev.guanlan.rules.AlertState;
import dev.guanlan.schema.ActiveAlert;
import dev.guanlan.schema.Rule;
import dev.guanlan.schema.RuleGroup;
import dev.guanlan.schema.RuleGroupStatus;
import dev.guanlan.schema.RuleHealth;
import dev.guanlan.schema.RuleStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes the records of a group's status, each small enough for Kafka. */
final class StatusParts {

  /** Less than a record may have at a broker that nobody configured, which is 1 MiB. */
  private static final int MOST_BYTES_OF_PART = 900_000;

  /** A rule's alerts beyond that are counted and not told; so a part holds any rule. */
  private static final int MOST_BYTES_OF_RULE = 600_000;

  private static final int MOST_BYTES_OF_ALERT = 100_000;
  private static final int LONGEST_TEXT = 4_096;

  /** What numbers and lengths take at most, in Avro. */
  private static final int BYTES_OF_RULE = 128;

  private static final int BYTES_OF_ALERT = 64;
  private static final int BYTES_OF_TEXT = 5;

  private final RuleGroup group;
  private final AlertingSettings settings;
  private final GroupWay way;
  private final List<RuleStatus.Builder> rules = new ArrayList<>();
  private final List<Integer> sizes = new ArrayList<>();

  StatusParts(RuleGroup group, AlertingSettings settings, GroupWay way) {
    this.group = group;
    this.settings = settings;
    this.way = way;
  }

  /** Begins the status of a rule. */
  static RuleStatus.Builder rule(Rule rule) {
    String alert = rule.getAlert();
    String recorded = rule.getRecord();
    String name = alert != null ? alert : recorded != null ? recorded : "";
    return RuleStatus.newBuilder().setName(name);
  }

  /** Adds the status of the next rule. Of its alerts, those that fire are told before others. */
  void add(RuleStatus.Builder status, Collection<Alert> alerts) {
    int size = BYTES_OF_RULE + bytes(status.getName());
    List<ActiveAlert> told = new ArrayList<>();
    boolean full = false;
    for (AlertState state : List.of(AlertState.FIRING, AlertState.PENDING)) {
      int count = 0;
      for (Alert alert : alerts) {
        if (alert.state() == state) {
          count++;
          full |= told.size() >= settings.statusAlerts();
          int more = full ? 0 : bytes(alert);
          full |= size + more > MOST_BYTES_OF_RULE;
          if (!full && more <= MOST_BYTES_OF_ALERT) {
            told.add(active(alert));
            size += more;
          }
        }
      }
      if (state == AlertState.FIRING) {
        status.setFiringAlerts(count);
      } else {
        status.setPendingAlerts(count);
      }
    }
    status.setAlerts(told);
    rules.add(status);
    sizes.add(size);
  }

  /** Says of a rule that was added that it failed. */
  void fail(int rule, String message) {
    RuleStatus.Builder status = rules.get(rule);
    status.setHealth(RuleHealth.ERR);
    status.setLastError(shortened(message));
    sizes.set(rule, sizes.get(rule) + bytes(status.getLastError()));
  }

  /** Returns the records; one at least. */
  List<RuleGroupStatus> records(
      long tickMillis, long evaluatedAtMillis, double evaluationSeconds, long lateSamples) {
    List<RuleGroupStatus.Builder> parts = new ArrayList<>();
    int first = 0;
    do {
      int next = first;
      int size = 0;
      while (next < rules.size()
          && (next == first || size + sizes.get(next) <= MOST_BYTES_OF_PART)) {
        size += sizes.get(next);
        next++;
      }
      parts.add(
          named(group.getTenant(), group.getNamespace(), group.getName())
              .setVersion(group.getVersion())
              .setPart(parts.size())
              .setIntervalMillis(settings.intervalMillis(group))
              .setTickMillis(tickMillis)
              .setEvaluatedAtMillis(evaluatedAtMillis)
              .setEvaluationSeconds(evaluationSeconds)
              .setLateSamples(lateSamples)
              .setShards(way.shards())
              .setPreparing(way.preparing())
              .setSeries(way.series())
              .setRefused(shortened(way.refused()))
              .setMissingHistory(shortened(way.missingHistory()))
              .setFirstRule(first)
              .setRules(
                  rules.subList(first, next).stream().map(RuleStatus.Builder::build).toList()));
      first = next;
    } while (first < rules.size());
    return parts.stream().map(part -> part.setParts(parts.size()).build()).toList();
  }

  /** Says that a part is no more. */
  static RuleGroupStatus gone(RuleGroup group, int part) {
    return gone(named(group.getTenant(), group.getNamespace(), group.getName()), part);
  }

  /** Says that a part is no more, of the group of another. */
  static RuleGroupStatus gone(RuleGroupStatus of, int part) {
    return gone(named(of.getTenant(), of.getNamespace(), of.getGroup()), part);
  }

  private static RuleGroupStatus gone(RuleGroupStatus.Builder named, int part) {
    return named
        .setVersion(0)
        .setPart(part)
        .setIntervalMillis(0)
        .setTickMillis(0)
        .setEvaluatedAtMillis(0)
        .setEvaluationSeconds(0)
        .setDeleted(true)
        .build();
  }

  private static RuleGroupStatus.Builder named(String tenant, String namespace, String group) {
    return RuleGroupStatus.newBuilder().setTenant(tenant).setNamespace(namespace).setGroup(group);
  }

  private static ActiveAlert active(Alert alert) {
    Map<String, String> annotations = new TreeMap<>();
    alert.annotations().forEach((name, text) -> annotations.put(name, shortened(text)));
    long kept = alert.keepFiringSinceMillis();
    return ActiveAlert.newBuilder()
        .setLabels(alert.labels().toMap())
        .setAnnotations(annotations)
        .setFiring(alert.state() == AlertState.FIRING)
        .setActiveAtMillis(alert.activeAtMillis())
        .setKeepFiringSinceMillis(kept == Alert.NEVER ? 0 : kept)
        .setValue(alert.value())
        .build();
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT - 1) + "…";
  }

  private static int bytes(Alert alert) {
    int size = BYTES_OF_ALERT;
    for (Map.Entry<String, String> label : alert.labels().toMap().entrySet()) {
      size += bytes(label.getKey()) + bytes(label.getValue());
    }
    for (Map.Entry<String, String> annotation : alert.annotations().entrySet()) {
      size += bytes(annotation.getKey()) + bytes(shortened(annotation.getValue()));
    }
    return size;
  }

  /** Returns what a text takes at most, in UTF-8 and with its length. */
  private static int bytes(String text) {
    int size = BYTES_OF_TEXT;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      size += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
    }
    return size;
  }
}
