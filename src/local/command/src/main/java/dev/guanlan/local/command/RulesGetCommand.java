package dev.guanlan.local.command;

import dev.guanlan.connector.kafka.rules.PublishedGroup;
import dev.guanlan.rules.RuleFileWriter;
import dev.guanlan.rules.RuleGroup;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Writes a namespace of rules as a rule file. */
@Command(
    name = "get",
    sortOptions = false,
    description = "Write a namespace of rules, or one group of it, as a rule file.")
final class RulesGetCommand implements Callable<Integer> {

  @ParentCommand private RulesCommand parent;

  @Parameters(index = "0", paramLabel = "NAMESPACE", description = "The namespace.")
  private String namespace = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "GROUP",
      description = "The group; without it, all groups of the namespace.")
  private String group = "";

  @Mixin private RulesTopicMixin topic = new RulesTopicMixin();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  RulesGetCommand() {}

  @Override
  public Integer call() throws IOException {
    List<RuleGroup> groups =
        topic.read().stream()
            .filter(each -> chosen(each, namespace, group))
            .map(PublishedGroup::group)
            .toList();
    if (groups.isEmpty()) {
      throw nothing(namespace, group);
    }
    parent.terminal().line(RuleFileWriter.file(groups).stripTrailing());
    return 0;
  }

  /** Tells whether a group is meant; an empty group's name means all of the namespace. */
  static boolean chosen(PublishedGroup published, String namespace, String group) {
    return published.group().namespace().equals(namespace)
        && (group.isEmpty() || published.group().name().equals(group));
  }

  static Problem nothing(String namespace, String group) {
    return new Problem(
        "There are no rules in "
            + (group.isEmpty() ? namespace : namespace + "/" + group)
            + "; see what there is: ./guanlan rules list");
  }
}
