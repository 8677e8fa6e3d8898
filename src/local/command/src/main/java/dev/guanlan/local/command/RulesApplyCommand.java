package dev.guanlan.local.command;

import dev.guanlan.connector.kafka.rules.RuleChanges;
import dev.guanlan.local.command.terminal.Terminal;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Makes namespaces of rules what files say. */
@Command(
    name = "apply",
    sortOptions = false,
    description = {
      "Make rules what files say; running jobs follow at their next tick.",
      "A file is a namespace: groups that are not in it any more are deleted. If anything is wrong"
          + " in any file, nothing is changed."
    })
final class RulesApplyCommand implements Callable<Integer> {

  @ParentCommand private RulesCommand parent;
  @Spec private CommandSpec spec;

  @Mixin private RulesSourceMixin source = new RulesSourceMixin();
  @Mixin private RulesTopicMixin topic = new RulesTopicMixin();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  RulesApplyCommand() {}

  @Override
  public Integer call() throws IOException {
    RulesSourceMixin.Wanted wanted = source.read(topic.tenant(), spec.commandLine().getErr());
    RuleChanges changes = topic.change(present -> source.applied(wanted, present));
    Terminal terminal = parent.terminal();
    terminal.lines(RuleDifferences.lines(changes, terminal.style()));
    terminal.line(RuleDifferences.summary(changes));
    return 0;
  }
}
