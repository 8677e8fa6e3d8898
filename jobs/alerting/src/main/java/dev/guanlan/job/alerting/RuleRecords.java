package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.schema.RuleGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the records of the topic of rules. */
final class RuleRecords {

  private static final RecordFormat<RuleGroup> FORMAT = RecordFormat.of(RuleGroup.class);

  private RuleRecords() {}

  /**
   * Reads a record.
   *
   * @param timestampMillis the record's Kafka timestamp, which is a tombstone's version
   * @throws IOException if it is no rule group, or its key is another's
   */
  static RuleChange decode(byte[] key, byte @Nullable [] value, long timestampMillis)
      throws IOException {
    String name = new String(key, StandardCharsets.UTF_8);
    if (value == null) {
      return new RuleChange(name, timestampMillis, null);
    }
    RuleGroup group = FORMAT.decode(value);
    String own = RuleGroupRecords.key(group);
    if (!own.equals(name)) {
      throw new IOException(
          "the group %s stands under the key %s; publish it under its own"
              .formatted(shown(own), shown(name)));
    }
    return new RuleChange(name, group.getVersion(), group.getDeleted() ? null : group);
  }

  private static String shown(String key) {
    String line = key.replaceAll("\\p{Cntrl}", "?");
    return "\"" + (line.length() > 200 ? line.substring(0, 200) + "…" : line) + "\"";
  }
}
