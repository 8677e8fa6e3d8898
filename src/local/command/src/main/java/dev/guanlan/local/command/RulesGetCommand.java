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
import picocli.CommandLine.ParentCommand;

/** Writes a namespace of rules as a rule file. */
@Command(
    name = "get",
    sortOptions = false,
    description = "Write a namespace of rules, or one group of it, as a rule file.")
final class RulesGetCommand implements Callable<Integer> {

  @ParentCommand private RulesCommand parent;

  @Mixin private RulesChoiceMixin choice = new RulesChoiceMixin();

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
        topic.read().stream().filter(choice::includes).map(PublishedGroup::group).toList();
    if (groups.isEmpty()) {
      throw choice.nothing();
    }
    parent.terminal().line(RuleFileWriter.file(groups).stripTrailing());
    return 0;
  }
}
