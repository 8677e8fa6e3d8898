package dev.guanlan.local.command;

import dev.guanlan.local.command.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Works on the tables that telemetry is kept in. */
@Command(
    name = "store",
    description = "Make the ClickHouse tables, or bring them up to date.",
    subcommands = StoreMigrateCommand.class,
    synopsisSubcommandLabel = "COMMAND")
final class StoreCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  StoreCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    throw new Problem("Say what to do with the store, such as: ./guanlan store migrate --print");
  }

  Terminal terminal() {
    return terminal;
  }
}
