package dev.guanlan.connector.kafka.rules;

import dev.guanlan.rules.RuleGroup;
import dev.guanlan.schema.RuleGroupStatus;

/** Names the records of the topic of what rule groups came to. */
public final class RuleStatusRecords {

  private RuleStatusRecords() {}

  /**
   * Returns a record's key: that of its group, behind the part unless it is the first. No group's
   * key begins with a slash, as no tenant is empty.
   */
  public static String key(RuleGroupStatus status) {
    return key(
        RuleGroup.key(status.getTenant(), status.getNamespace(), status.getGroup()),
        status.getPart());
  }

  /** Returns the key of a part of what the group of a key came to. */
  static String key(String group, int part) {
    return part == 0 ? group : "/" + part + "/" + group;
  }
}
