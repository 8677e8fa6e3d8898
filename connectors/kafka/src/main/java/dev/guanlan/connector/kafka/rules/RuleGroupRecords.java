package dev.guanlan.connector.kafka.rules;

import dev.guanlan.rules.AlertingRule;
import dev.guanlan.rules.RecordingRule;
import dev.guanlan.rules.Rule;
import dev.guanlan.rules.RuleGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Turns rule groups into the records of the topic of rules, and back. */
public final class RuleGroupRecords {

  private RuleGroupRecords() {}

  /**
   * Makes the record of a group.
   *
   * @param version when it is published, in milliseconds since the epoch
   */
  public static dev.guanlan.schema.RuleGroup toRecord(
      String tenant, RuleGroup group, long version) {
    List<dev.guanlan.schema.Rule> rules = new ArrayList<>();
    for (Rule rule : group.rules()) {
      dev.guanlan.schema.Rule.Builder record =
          dev.guanlan.schema.Rule.newBuilder()
              .setExpr(rule.expr())
              .setLabels(new TreeMap<>(rule.labels()));
      if (rule instanceof AlertingRule alerting) {
        record
            .setAlert(alerting.name())
            .setForMillis(alerting.forMillis())
            .setKeepFiringForMillis(alerting.keepFiringForMillis())
            .setAnnotations(new TreeMap<>(alerting.annotations()));
      } else {
        record.setRecord(rule.name());
      }
      rules.add(record.build());
    }
    return dev.guanlan.schema.RuleGroup.newBuilder()
        .setTenant(tenant)
        .setNamespace(group.namespace())
        .setName(group.name())
        .setVersion(version)
        .setIntervalMillis(group.intervalMillis())
        .setLimit(group.limit())
        .setQueryOffsetMillis(group.queryOffsetMillis())
        .setLabels(new TreeMap<>(group.labels()))
        .setRules(rules)
        .build();
  }

  /** Makes the group of a record. Its version, and whether it is deleted, stay behind. */
  public static RuleGroup fromRecord(dev.guanlan.schema.RuleGroup record) {
    List<Rule> rules = new ArrayList<>();
    for (dev.guanlan.schema.Rule rule : record.getRules()) {
      if (rule.getAlert() != null) {
        rules.add(
            new AlertingRule(
                rule.getAlert(),
                rule.getExpr(),
                rule.getForMillis(),
                rule.getKeepFiringForMillis(),
                rule.getLabels(),
                rule.getAnnotations()));
      } else {
        String name = rule.getRecord() == null ? "" : rule.getRecord();
        rules.add(new RecordingRule(name, rule.getExpr(), rule.getLabels()));
      }
    }
    return new RuleGroup(
        record.getNamespace(),
        record.getName(),
        record.getIntervalMillis(),
        record.getQueryOffsetMillis(),
        record.getLimit(),
        record.getLabels(),
        rules);
  }

  /** Returns the key of a record: tenant/namespace/name. */
  public static String key(dev.guanlan.schema.RuleGroup record) {
    return RuleGroup.key(record.getTenant(), record.getNamespace(), record.getName());
  }
}
