package dev.guanlan.connector.kafka.rules;

import dev.guanlan.rules.RuleGroup;

/**
 * Is a rule group on the topic of rules.
 *
 * @param group the group
 * @param source who keeps it there, so that it may take it away again; empty for whoever changed it
 *     by hand
 */
public record PublishedGroup(RuleGroup group, String source) {

  /** Makes a group that nobody keeps. */
  public static PublishedGroup byHand(RuleGroup group) {
    return new PublishedGroup(group, "");
  }

  /** Returns whether this is the group of a namespace and name. */
  public boolean is(String namespace, String name) {
    return group.namespace().equals(namespace) && group.name().equals(name);
  }
}
