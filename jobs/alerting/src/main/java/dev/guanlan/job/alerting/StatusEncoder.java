package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.RecordEncoder;
import dev.guanlan.connector.kafka.rules.RuleStatusRecords;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.schema.RuleGroupStatus;
import org.jspecify.annotations.Nullable;

/** Makes Kafka records of what groups came to; a tombstone of what is gone. */
final class StatusEncoder implements RecordEncoder<RuleGroupStatus> {

  private static final long serialVersionUID = 1;

  private transient @Nullable RecordFormat<RuleGroupStatus> format;

  @Override
  public byte[] key(RuleGroupStatus status) {
    return RecordEncoder.utf8(RuleStatusRecords.key(status));
  }

  @Override
  public byte @Nullable [] value(RuleGroupStatus status) {
    if (status.getDeleted()) {
      return null;
    }
    RecordFormat<RuleGroupStatus> known = format;
    if (known == null) {
      known = RecordFormat.of(RuleGroupStatus.class);
      format = known;
    }
    return known.encode(status);
  }
}
