package dev.guanlan.local.command;

import dev.guanlan.connector.kafka.rules.PublishedGroup;
import dev.guanlan.connector.kafka.rules.RuleChanges;
import dev.guanlan.connector.kafka.rules.RuleGroupTopic;
import dev.guanlan.model.RawRecord;
import dev.guanlan.rules.RuleException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Holds the options that say whose rules are meant, and on which Kafka. */
final class RulesTopicMixin {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "Whose rules (default: ${DEFAULT-VALUE}).")
  private String tenant = RawRecord.ANONYMOUS;

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  RulesTopicMixin() {}

  String tenant() {
    return tenant;
  }

  /** Returns the tenant's groups, by namespace and name. */
  List<PublishedGroup> read() throws IOException {
    RuleGroupTopic topic = topic();
    try {
      return topic.read(tenant);
    } catch (IOException e) {
      throw new Problem(String.valueOf(e.getMessage()), e);
    }
  }

  /** Changes the tenant's groups. */
  RuleChanges change(RuleGroupTopic.Edit<Problem> edit) throws IOException {
    RuleGroupTopic topic = topic();
    try {
      return topic.change(tenant, edit);
    } catch (RuleException | IOException e) {
      throw new Problem(String.valueOf(e.getMessage()), e);
    }
  }

  private RuleGroupTopic topic() throws IOException {
    if (tenant.isBlank() || tenant.indexOf('/') >= 0) {
      throw new Problem("'" + tenant + "' cannot be a tenant; name it as X-Scope-OrgID does");
    }
    return new RuleGroupTopic(kafka.bootstrapServers(), PATIENCE, Clock.systemUTC());
  }
}
