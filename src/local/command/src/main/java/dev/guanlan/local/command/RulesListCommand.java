package dev.guanlan.local.command;

import dev.guanlan.connector.kafka.rules.PublishedGroup;
import dev.guanlan.local.command.terminal.Table;
import dev.guanlan.local.command.terminal.Terminal;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.rules.yaml.Durations;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Lists the rule groups of a tenant. */
@Command(
    name = "list",
    sortOptions = false,
    description = "List a tenant's rule groups, and who keeps them.")
final class RulesListCommand implements Callable<Integer> {

  @ParentCommand private RulesCommand parent;

  @Mixin private RulesTopicMixin topic = new RulesTopicMixin();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  RulesListCommand() {}

  @Override
  public Integer call() throws IOException {
    List<PublishedGroup> groups = topic.read();
    Terminal terminal = parent.terminal();
    if (groups.isEmpty()) {
      terminal.line("There are no rules.");
      return 0;
    }
    Table table = new Table("<<>><");
    table.row("NAMESPACE", "GROUP", "INTERVAL", "RULES", "KEPT BY");
    for (PublishedGroup published : groups) {
      RuleGroup group = published.group();
      table.row(
          DeadLettersCommand.plain(group.namespace()),
          DeadLettersCommand.plain(group.name()),
          group.intervalMillis() == 0 ? "default" : Durations.format(group.intervalMillis()),
          Integer.toString(group.rules().size()),
          published.source().isEmpty() ? "" : RuleDifferences.keeper(published));
    }
    terminal.lines(table.lines());
    return 0;
  }
}
