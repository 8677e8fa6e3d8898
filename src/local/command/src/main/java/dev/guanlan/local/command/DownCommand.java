package dev.guanlan.local.command;

import dev.guanlan.local.command.run.Event;
import dev.guanlan.local.command.run.EventLog;
import dev.guanlan.local.command.run.Place;
import dev.guanlan.local.command.run.RunRecord;
import dev.guanlan.local.command.terminal.Figures;
import dev.guanlan.local.command.terminal.Terminal;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Stops the platform. */
@Command(
    name = "down",
    sortOptions = false,
    description = {
      "Stop the platform: the jobs with savepoints, then every part.",
      "Data stays; the next start goes on where the jobs stopped."
    })
final class DownCommand implements Callable<Integer> {

  private static final long LOOK_MILLIS = 200;

  private final Terminal terminal;
  private final Clock clock;

  @Option(
      names = "--kill",
      description = "Do not wait: end everything as a crash would. Jobs resume from checkpoints.")
  private boolean kill;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "How long to wait for the end (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds;

  @Mixin private PlaceOptions options = new PlaceOptions();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  DownCommand(Terminal terminal, Clock clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Place place = options.place();
    Optional<RunRecord> running = place.run().running();
    if (running.isEmpty()) {
      terminal.line("Guanlan does not run in " + place.data() + "; there is nothing to stop.");
      return 0;
    }
    ProcessHandle supervisor = running.get().process().orElseThrow();
    long begin = clock.millis();
    EventLog events = place.run().events();
    events.skipToEnd();
    terminal.line("Stopping Guanlan (guanlan " + running.get().command() + ")");
    boolean asked = kill ? supervisor.destroyForcibly() : supervisor.destroy();
    if (!asked && supervisor.isAlive()) {
      throw new Problem(
          "Process "
              + supervisor.pid()
              + " cannot be signalled; it belongs to another user. Stop"
              + " it as that user.");
    }
    Progress progress = new Progress(terminal, clock);
    progress.keepTicking();
    try {
      while (supervisor.isAlive()) {
        for (Event event : events.read()) {
          progress.show(event);
        }
        if (clock.millis() - begin > timeoutSeconds * 1000L) {
          throw new Problem(
              "Guanlan still stops after %d s (process %d). Wait with: ./guanlan down; or end it with: ./guanlan down --kill"
                  .formatted(timeoutSeconds, supervisor.pid()));
        }
        Thread.sleep(LOOK_MILLIS);
      }
      for (Event event : events.read()) {
        progress.show(event);
      }
    } finally {
      progress.close();
    }
    terminal.line(
        "Guanlan has stopped; it took "
            + Figures.duration(Duration.ofMillis(clock.millis() - begin))
            + ". Data stays in "
            + place.data());
    return 0;
  }
}
