package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.RecordEncoder;
import dev.guanlan.connector.kafka.rules.RulePlanRecords;
import dev.guanlan.schema.RuleGroupPlan;

/** Makes Kafka records of plans. */
final class PlanEncoder implements RecordEncoder<RuleGroupPlan> {

  private static final long serialVersionUID = 1;

  @Override
  public byte[] key(RuleGroupPlan plan) {
    return RecordEncoder.utf8(RulePlanRecords.key(plan));
  }

  @Override
  public byte[] value(RuleGroupPlan plan) {
    return RulePlanRecords.encode(plan);
  }
}
