package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RulePlanRecords;
import dev.guanlan.model.Topics;
import dev.guanlan.schema.RuleGroupPlan;
import java.io.Serializable;
import java.time.Duration;
import java.util.Properties;
import java.util.function.Consumer;

/** Tells all plans that there are, so that no sample passes before it is known where it goes. */
@FunctionalInterface
interface PlanTable extends Serializable {

  /** Hands the newest plan of every group to {@code plans}. */
  void read(Consumer<RuleGroupPlan> plans);

  /** Returns a table without plans: every group is evaluated in one task. */
  static PlanTable none() {
    return plans -> {};
  }

  /** Returns the table that the topic of plans is. */
  static PlanTable ofTopic(Properties consumer, Duration timeout) {
    return plans ->
        LivingRecords.read(consumer, Topics.RULE_PLANS, timeout, RulePlanRecords::decode, plans);
  }
}
