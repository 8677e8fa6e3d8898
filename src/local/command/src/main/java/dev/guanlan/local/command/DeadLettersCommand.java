package dev.guanlan.local.command;

import dev.guanlan.local.command.terminal.Terminal;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Works on records that could not be processed. */
@Command(
    name = "dead-letters",
    description = "List and show records that could not be processed, and replay them repaired.",
    subcommands = {
      DeadLettersListCommand.class,
      DeadLettersShowCommand.class,
      DeadLettersReplayCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
final class DeadLettersCommand implements Callable<Integer> {

  private final Terminal terminal;
  private final Clock clock;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  DeadLettersCommand(Terminal terminal, Clock clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    throw new Problem("Say what to do with dead letters, such as: ./guanlan dead-letters list");
  }

  /** Returns text of strangers without what would move the cursor or colour the rest. */
  static String plain(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cf}]", " ");
  }

  Terminal terminal() {
    return terminal;
  }

  Clock clock() {
    return clock;
  }
}
