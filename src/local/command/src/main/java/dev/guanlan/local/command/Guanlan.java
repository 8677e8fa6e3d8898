package dev.guanlan.local.command;

import dev.guanlan.local.command.terminal.Terminal;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;

/** Starts, shows and stops the whole platform on one machine. */
@Command(
    name = "guanlan",
    mixinStandardHelpOptions = true,
    versionProvider = BuildVersion.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Guanlan watches telemetry as it flows. This runs the whole platform here.",
    footerHeading = "%nFirst steps%n",
    footer = {
      "  guanlan demo      see it work: a small fleet, a fault, and its page",
      "  guanlan up        start it to stay; then point Prometheus or a Collector at it",
      "  guanlan status    what runs, where, and how it is",
      "",
      "The launcher also knows 'guanlan build', which builds everything anew, and 'guanlan bench',",
      "which measures what the platform costs on this machine."
    },
    subcommands = {
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      DemoCommand.class,
      LogsCommand.class,
      AlertsCommand.class,
      RulesCommand.class,
      DeadLettersCommand.class,
      StoreCommand.class,
      SuperviseCommand.class,
      HelpCommand.class
    })
public final class Guanlan implements Runnable {

  private Guanlan() {}

  /** Runs a command; exits with 0 when all is well, 1 when it is not, 2 when it was misused. */
  public static void main(String[] args) {
    // Libraries that log there would write between the lines for people.
    LogManager.getLogManager().reset();
    System.exit(commandLine().execute(args));
  }

  /** Without a command, shows what there is. */
  @Override
  public void run() {
    commandLine().usage(System.out);
  }

  static CommandLine commandLine() {
    Terminal terminal = Terminal.standard(System.getenv());
    Clock clock = Clock.systemUTC();
    CommandLine line = new CommandLine(new Guanlan(), new CommandFactory(terminal, clock));
    line.setExecutionExceptionHandler(
        (failure, commandLine, parsed) -> {
          if (failure instanceof Problem) {
            commandLine.getErr().println("guanlan: " + failure.getMessage());
            return 1;
          }
          throw failure;
        });
    line.setParameterExceptionHandler(Guanlan::misused);
    line.setUsageHelpWidth(Math.min(100, Math.max(80, terminal.width())));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    return line;
  }

  private static int misused(ParameterException failure, String[] args) {
    CommandLine commandLine = failure.getCommandLine();
    PrintWriter err = commandLine.getErr();
    err.println("guanlan: " + failure.getMessage());
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(failure, err)) {
      err.println("See: " + commandLine.getCommandSpec().qualifiedName() + " --help");
    }
    return commandLine.getCommandSpec().exitCodeOnInvalidInput();
  }
}
