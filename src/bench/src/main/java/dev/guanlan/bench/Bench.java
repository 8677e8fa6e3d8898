package dev.guanlan.bench;

import dev.guanlan.bench.ingest.IngestCommand;
import dev.guanlan.bench.rules.LatencyCommand;
import dev.guanlan.bench.rules.RulesCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Measures whole pipelines: {@code ./guanlan bench}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Measure what the platform costs on this machine.",
    subcommands = {IngestCommand.class, RulesCommand.class, LatencyCommand.class})
public final class Bench implements Runnable {

  private Bench() {}

  /** Runs a command; exits with 0 when all is well, 1 when it is not, 2 when it was misused. */
  public static void main(String[] args) {
    System.exit(execute(new PrintWriter(System.out, true, StandardCharsets.UTF_8), args));
  }

  /** Runs a command that prints to {@code out}; returns its exit code. */
  public static int execute(PrintWriter out, String... args) {
    return new CommandLine(new Bench())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(out)
        .execute(args);
  }

  /** Without a command, shows what there is. */
  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
