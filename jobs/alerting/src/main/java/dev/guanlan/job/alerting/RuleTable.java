package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.CompactedTopic;
import dev.guanlan.model.Topics;
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

/** Tells all rule groups that there are, so that no sample passes before its rules are known. */
interface RuleTable extends Serializable {

  /** Hands every living group to {@code groups}. */
  void read(Consumer<RuleChange> groups);

  /** Returns the table that the topic of rules is. */
  static RuleTable ofTopic(Properties consumer, Duration timeout) {
    return new OfTopic(consumer, timeout);
  }

  /** Reads the compacted topic to its end. */
  final class OfTopic implements RuleTable {

    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(RuleTable.class);

    private final Properties consumer;
    private final Duration timeout;

    private OfTopic(Properties consumer, Duration timeout) {
      this.consumer = consumer;
      this.timeout = timeout;
    }

    @Override
    public void read(Consumer<RuleChange> groups) {
      Map<String, RuleChange> living = new HashMap<>();
      CompactedTopic.readToEnd(
          consumer,
          Topics.RULES,
          timeout,
          (key, value) -> {
            if (value == null) {
              // A key has one partition, so what was read of it before is older and gone.
              living.remove(new String(key, StandardCharsets.UTF_8));
              return;
            }
            try {
              RuleChange change = RuleRecords.decode(key, value, 0);
              living.put(change.key(), change);
            } catch (IOException e) {
              // The stream of rules brings this record too, and counts it.
              LOG.warn("A record of {} is passed over: {}", Topics.RULES, e.getMessage());
            }
          });
      living.values().forEach(groups);
    }
  }
}
