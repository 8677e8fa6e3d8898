package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.CompactedTopic;
import dev.guanlan.connector.kafka.rules.RulePlanRecords;
import dev.guanlan.model.Topics;
import dev.guanlan.schema.RuleGroupPlan;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    return new OfTopic(consumer, timeout);
  }

  /** Reads the compacted topic to its end. */
  final class OfTopic implements PlanTable {

    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(PlanTable.class);

    private final Properties consumer;
    private final Duration timeout;

    private OfTopic(Properties consumer, Duration timeout) {
      this.consumer = consumer;
      this.timeout = timeout;
    }

    @Override
    public void read(Consumer<RuleGroupPlan> plans) {
      Map<String, RuleGroupPlan> living = new HashMap<>();
      CompactedTopic.readToEnd(
          consumer,
          Topics.RULE_PLANS,
          timeout,
          (key, value) -> {
            if (value == null) {
              living.remove(new String(key, StandardCharsets.UTF_8));
              return;
            }
            try {
              RuleGroupPlan plan = RulePlanRecords.decode(key, value);
              living.put(RulePlanRecords.key(plan), plan);
            } catch (IOException e) {
              // The stream of plans brings this record too, and counts it.
              LOG.warn("A record of {} is passed over: {}", Topics.RULE_PLANS, e.getMessage());
            }
          });
      living.values().forEach(plans);
    }
  }
}
