package dev.guanlan.local.command;

import dev.guanlan.connector.kafka.rules.PublishedGroup;
import dev.guanlan.connector.kafka.rules.RuleChanges;
import dev.guanlan.local.command.terminal.Terminal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Deletes a namespace of rules, or one group of it. */
@Command(
    name = "delete",
    sortOptions = false,
    description =
        "Delete a namespace of rules, or one group of it; Alertmanager takes its alerts for resolved"
            + " when it has not heard of them for four minutes, or for four of the group's intervals"
            + " if these are longer.")
final class RulesDeleteCommand implements Callable<Integer> {

  @ParentCommand private RulesCommand parent;

  @Mixin private RulesChoiceMixin choice = new RulesChoiceMixin();

  @Mixin private RulesTopicMixin topic = new RulesTopicMixin();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  RulesDeleteCommand() {}

  @Override
  public Integer call() throws IOException {
    RuleChanges changes =
        topic.change(
            present -> {
              List<PublishedGroup> after = new ArrayList<>(present);
              if (!after.removeIf(choice::includes)) {
                throw choice.nothing();
              }
              return after;
            });
    Terminal terminal = parent.terminal();
    terminal.lines(RuleDifferences.lines(changes, terminal.style()));
    return 0;
  }
}
