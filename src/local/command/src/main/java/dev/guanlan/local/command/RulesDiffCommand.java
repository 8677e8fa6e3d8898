package dev.guanlan.local.command;

import dev.guanlan.connector.kafka.rules.PublishedGroup;
import dev.guanlan.connector.kafka.rules.RuleChanges;
import dev.guanlan.local.command.terminal.Terminal;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Tells what applying files would change. */
@Command(
    name = "diff",
    sortOptions = false,
    description = "Tell what 'rules apply' would change, and change nothing.",
    exitCodeListHeading = "%nExit codes%n",
    exitCodeList = {
      "0:nothing would change",
      "1:something would",
      "2:a file is wrong, or Kafka does not answer"
    })
final class RulesDiffCommand implements Callable<Integer> {

  private static final int DIFFERENT = 1;
  private static final int TROUBLE = 2;

  @ParentCommand private RulesCommand parent;
  @Spec private CommandSpec spec;

  @Mixin private RulesSourceMixin source = new RulesSourceMixin();
  @Mixin private RulesTopicMixin topic = new RulesTopicMixin();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  RulesDiffCommand() {}

  @Override
  public Integer call() throws IOException {
    RuleChanges changes;
    try {
      RulesSourceMixin.Wanted wanted = source.read(topic.tenant(), spec.commandLine().getErr());
      List<PublishedGroup> present = topic.read();
      changes = RuleChanges.between(present, source.applied(wanted, present));
    } catch (Problem e) {
      // 1 is taken, as in diff.
      spec.commandLine().getErr().println("guanlan: " + e.getMessage());
      return TROUBLE;
    }
    Terminal terminal = parent.terminal();
    terminal.lines(RuleDifferences.lines(changes, terminal.style()));
    terminal.line("Would be: " + RuleDifferences.summary(changes));
    return changes.isEmpty() ? 0 : DIFFERENT;
  }
}
