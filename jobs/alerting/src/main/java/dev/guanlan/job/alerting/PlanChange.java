package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RulePlanRecords;
import dev.guanlan.schema.RuleGroupPlan;

/**
 * Says where the samples of a rule group go from now on. Of two for one group the one with the
 * greater revision holds.
 *
 * @param plan the plan
 */
record PlanChange(RuleGroupPlan plan) implements SelectionChange {

  @Override
  public String key() {
    return RulePlanRecords.key(plan);
  }
}
