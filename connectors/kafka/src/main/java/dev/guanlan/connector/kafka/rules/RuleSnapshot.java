package dev.guanlan.connector.kafka.rules;

import dev.guanlan.rules.RuleGroup;
import dev.guanlan.schema.RecordFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Gathers what the topic of rules says, record by record. */
final class RuleSnapshot {

  /** The header that says who keeps a group; none for whoever changed it by hand. */
  static final String SOURCE = "source";

  static final RecordFormat<dev.guanlan.schema.RuleGroup> FORMAT =
      RecordFormat.of(dev.guanlan.schema.RuleGroup.class);

  private static final Comparator<PublishedGroup> BY_NAME =
      Comparator.comparing((PublishedGroup published) -> published.group().namespace())
          .thenComparing(published -> published.group().name());

  private record Entry(String tenant, PublishedGroup published) {}

  private final Map<String, Entry> entries = new HashMap<>();
  private long newestVersion;

  void add(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null) {
      return;
    }
    String key = new String(record.key(), StandardCharsets.UTF_8);
    entries.remove(key);
    dev.guanlan.schema.RuleGroup group = record.value() == null ? null : decode(record.value());
    // A tombstone's version is the record's timestamp.
    long version = group == null ? record.timestamp() : group.getVersion();
    newestVersion = Math.max(newestVersion, version);
    if (group != null && !group.getDeleted() && RuleGroupRecords.key(group).equals(key)) {
      Header source = record.headers().lastHeader(SOURCE);
      entries.put(
          key,
          new Entry(
              group.getTenant(),
              new PublishedGroup(
                  RuleGroupRecords.fromRecord(group),
                  source == null ? "" : new String(source.value(), StandardCharsets.UTF_8))));
    }
  }

  /** Reads a group; what is none is as if it were not there, as it is for the alerting job. */
  private static dev.guanlan.schema.@Nullable RuleGroup decode(byte[] value) {
    try {
      return FORMAT.decode(value);
    } catch (IOException e) {
      return null;
    }
  }

  /** Returns a tenant's groups, by namespace and name. */
  List<PublishedGroup> of(String tenant) {
    List<PublishedGroup> groups = new ArrayList<>();
    for (Entry entry : entries.values()) {
      if (entry.tenant().equals(tenant)) {
        groups.add(entry.published());
      }
    }
    groups.sort(BY_NAME);
    return groups;
  }

  /** Returns the version of a change: later than all there are, whatever the clock says. */
  long nextVersion(long nowMillis) {
    return Math.max(nowMillis, newestVersion + 1);
  }

  static String key(String tenant, RuleGroup group) {
    return RuleGroup.key(tenant, group.namespace(), group.name());
  }
}
