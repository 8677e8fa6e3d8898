package dev.guanlan.connector.kafka.rules;

import dev.guanlan.rules.Rule;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.schema.RuleGroupStatus;
import dev.guanlan.schema.RuleStatus;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the records of what rule groups came to, as they are on Kafka, since most of them are never
 * asked for. Beyond a number of bytes, records are held without their alerts.
 */
final class StatusTable {

  private static final Logger LOG = LoggerFactory.getLogger(StatusTable.class);

  private final RecordFormat<RuleGroupStatus> format = RecordFormat.of(RuleGroupStatus.class);
  private final Map<String, byte[]> records = new HashMap<>();
  private final long mostBytes;
  private long bytes;
  private boolean full;

  StatusTable(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Takes a record; null says that it is gone. */
  void put(String key, byte @Nullable [] value) {
    byte[] before = records.remove(key);
    bytes -= before == null ? 0 : before.length;
    if (value == null) {
      return;
    }
    byte[] held = bytes + value.length <= mostBytes ? value : withoutAlerts(value);
    records.put(key, held);
    bytes += held.length;
    if (bytes < mostBytes / 2) {
      full = false;
    } else if (held != value && !full) {
      full = true;
      LOG.warn(
          "What rule groups came to takes more than {} bytes; alerts beyond that are counted and"
              + " not told. Give this process more heap",
          mostBytes);
    }
  }

  private byte[] withoutAlerts(byte[] value) {
    RuleGroupStatus status = decode(value);
    if (status == null) {
      return new byte[0];
    }
    List<RuleStatus> rules = new ArrayList<>();
    for (RuleStatus rule : status.getRules()) {
      rules.add(RuleStatus.newBuilder(rule).setAlerts(List.of()).build());
    }
    return format.encode(RuleGroupStatus.newBuilder(status).setRules(rules).build());
  }

  private @Nullable RuleGroupStatus decode(byte[] value) {
    try {
      return format.decode(value);
    } catch (IOException e) {
      // Of a later release, or nobody's: as if nothing were known.
      LOG.debug("A status is passed over: {}", e.getMessage());
      return null;
    }
  }

  /** Returns the parts of a group's status that belong together; none if it is not known. */
  List<RuleGroupStatus> of(String key) {
    List<RuleGroupStatus> parts = new ArrayList<>();
    RuleGroupStatus first = part(key, 0);
    if (first == null) {
      return parts;
    }
    parts.add(first);
    for (int part = 1; part < first.getParts(); part++) {
      RuleGroupStatus next = part(key, part);
      if (next == null) {
        break;
      }
      if (next.getVersion() == first.getVersion()) {
        parts.add(next);
      }
    }
    return parts;
  }

  private @Nullable RuleGroupStatus part(String key, int part) {
    byte[] held = records.get(RuleStatusRecords.key(key, part));
    return held == null ? null : decode(held);
  }

  /**
   * Returns what each rule of a group came to. A group that has changed since is matched rule by
   * rule, by the names, until its first tick.
   */
  static List<@Nullable RuleStatus> match(
      RuleGroup group, long version, List<RuleGroupStatus> parts) {
    List<@Nullable RuleStatus> matched = new ArrayList<>();
    if (!parts.isEmpty() && parts.get(0).getVersion() == version) {
      for (int i = 0; i < group.rules().size(); i++) {
        matched.add(null);
      }
      for (RuleGroupStatus part : parts) {
        for (int i = 0; i < part.getRules().size(); i++) {
          int place = part.getFirstRule() + i;
          if (place < matched.size()) {
            matched.set(place, part.getRules().get(i));
          }
        }
      }
      return matched;
    }
    Map<String, Deque<RuleStatus>> byName = new HashMap<>();
    for (RuleGroupStatus part : parts) {
      for (RuleStatus rule : part.getRules()) {
        byName.computeIfAbsent(rule.getName(), first -> new ArrayDeque<>()).add(rule);
      }
    }
    for (Rule rule : group.rules()) {
      Deque<RuleStatus> left = byName.get(rule.name());
      matched.add(left == null ? null : left.poll());
    }
    return matched;
  }
}
