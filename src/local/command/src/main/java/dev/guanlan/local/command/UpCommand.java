package dev.guanlan.local.command;

import dev.guanlan.local.command.run.Event;
import dev.guanlan.local.command.run.EventLog;
import dev.guanlan.local.command.run.Place;
import dev.guanlan.local.command.run.RunRecord;
import dev.guanlan.local.command.terminal.Figures;
import dev.guanlan.local.command.terminal.Terminal;
import dev.guanlan.local.stack.JobOption;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts the platform so that it stays when the terminal goes. */
@Command(
    name = "up",
    sortOptions = false,
    description = {
      "Start the platform: Kafka, ClickHouse, Neo4j, Alertmanager, Flink with the three jobs, and"
          + " the gateway.",
      "It goes on when the terminal closes; data stays from one start to the next."
    })
final class UpCommand implements Callable<Integer> {

  private static final long LOOK_MILLIS = 200;
  private static final int LAST_WORDS = 5;

  private final Terminal terminal;
  private final Clock clock;

  @Option(
      names = "--rules",
      paramLabel = "PATH",
      description =
          "A rule file, or a folder of them, to publish instead of those that ship. May be"
              + " repeated.")
  private List<Path> rules = new ArrayList<>();

  @Mixin private JobOptionsMixin jobOptions = new JobOptionsMixin();
  @Mixin private PlaceOptions options = new PlaceOptions();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  UpCommand(Terminal terminal, Clock clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<JobOption> forJobs = jobOptions.given();
    Place place = options.place();
    Optional<RunRecord> running = place.run().running();
    if (running.isPresent()) {
      terminal.line(
          "Guanlan already runs (guanlan %s, process %d, for %s)."
              .formatted(
                  running.get().command(),
                  running.get().pid(),
                  Figures.duration(
                      Duration.ofMillis(clock.millis() - running.get().sinceMillis()))));
      if (!forJobs.isEmpty()) {
        throw new Problem(
            "%s comes too late for jobs that run; end them with ./guanlan down, then start with it"
                .formatted(JobOptionsMixin.NAME));
      }
      terminal.line("See how it is: ./guanlan status.  Stop it: ./guanlan down.");
      return 0;
    }
    // Looked at before anything starts, so that a mistake in them costs no minute.
    ShippedRules.check(ShippedRules.files(place.root(), rules));
    EventLog events = place.run().events();
    // What an earlier run told would else be taken for this one's.
    events.clear();
    terminal.line("Starting Guanlan in " + place.data());
    Process supervisor = Detached.start(place, options, rules, forJobs);
    return watch(supervisor, events, place);
  }

  private int watch(Process supervisor, EventLog events, Place place)
      throws IOException, InterruptedException {
    Progress progress = new Progress(terminal, clock);
    progress.keepTicking();
    Thread leaving =
        new Thread(
            () -> {
              progress.close();
              terminal.line(
                  "Starting goes on without this terminal: ./guanlan status, ./guanlan down.");
            },
            "leaving");
    Runtime.getRuntime().addShutdownHook(leaving);
    try {
      boolean told = false;
      while (true) {
        boolean alive = supervisor.isAlive();
        for (Event event : events.read()) {
          told = true;
          progress.show(event);
          if (event.kind() == Event.Kind.READY) {
            progress.close();
            welcome(event, place);
            return 0;
          }
        }
        if (!alive) {
          progress.close();
          failed(place, told);
          return 1;
        }
        Thread.sleep(LOOK_MILLIS);
      }
    } finally {
      Shutdown.forget(leaving);
    }
  }

  private void welcome(Event ready, Place place) {
    terminal.line("");
    terminal.line(
        terminal.style().bold("Guanlan runs")
            + "; it took "
            + Figures.duration(Duration.ofMillis(ready.millis()))
            + ".");
    terminal.lines(NextSteps.urls(place.ports(), terminal.style()));
    terminal.lines(NextSteps.afterUp(place.ports()));
  }

  /** Says that the supervisor ended, with its last words where it did not tell of itself. */
  private void failed(Place place, boolean told) throws IOException, InterruptedException {
    Path log = place.logs().resolve("supervisor.log");
    if (!told) {
      new LogTail(log).copy(LAST_WORDS, false, line -> terminal.line("  " + line));
    }
    terminal.line("");
    terminal.line(terminal.style().bad("Guanlan did not start.") + " The supervisor's log: " + log);
  }
}
