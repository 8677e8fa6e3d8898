package dev.guanlan.job.alerting;

import dev.guanlan.model.Topics;
import java.io.Serializable;
import java.time.Duration;
import java.util.Properties;
import java.util.function.Consumer;

/** Tells all rule groups that there are, so that no sample passes before its rules are known. */
@FunctionalInterface
interface RuleTable extends Serializable {

  /**
   * Hands every living group to {@code groups}. Behind each other it may hand several versions, the
   * newest last: who cannot read that goes on with the one before.
   */
  void read(Consumer<RuleChange> groups);

  /** Returns the table that the topic of rules is. */
  static RuleTable ofTopic(Properties consumer, Duration timeout) {
    return groups ->
        LivingRecords.readVersions(
            consumer,
            Topics.RULES,
            timeout,
            (key, value) -> RuleRecords.decode(key, value, 0),
            versions -> versions.forEach(groups));
  }
}
