package dev.guanlan.local.command;

import dev.guanlan.connector.kafka.rules.PublishedGroup;
import picocli.CommandLine.Parameters;

/** Holds the parameters that say which of a tenant's rule groups are meant. */
final class RulesChoiceMixin {

  @Parameters(index = "0", paramLabel = "NAMESPACE", description = "The namespace.")
  private String namespace = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "GROUP",
      description = "The group; without it, all groups of the namespace.")
  private String group = "";

  RulesChoiceMixin() {}

  /** Tells whether a group is meant. */
  boolean includes(PublishedGroup published) {
    return published.group().namespace().equals(namespace)
        && (group.isEmpty() || published.group().name().equals(group));
  }

  /** Returns what to say when no group is meant. */
  Problem nothing() {
    return new Problem(
        "There are no rules in "
            + (group.isEmpty() ? namespace : namespace + "/" + group)
            + "; see what there is: ./guanlan rules list");
  }
}
