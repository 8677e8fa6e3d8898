package dev.guanlan.local.command;

import dev.guanlan.local.command.demo.DemoRun;
import dev.guanlan.local.command.demo.DemoSettings;
import dev.guanlan.local.command.demo.FaultChoice;
import dev.guanlan.local.command.demo.FleetDescription;
import dev.guanlan.local.command.run.Place;
import dev.guanlan.local.command.run.RunRecord;
import dev.guanlan.local.command.terminal.Figures;
import dev.guanlan.local.command.terminal.Terminal;
import dev.guanlan.local.stack.PartException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the platform at work. */
@Command(
    name = "demo",
    sortOptions = false,
    description = {
      "See the platform at work: start it if it does not run, let a small fleet of services report to"
          + " it, break one of them, and watch the page come.",
      "Ctrl-C stops what the demo started. Ends with 1 if no row, no node or no alert came."
    })
final class DemoCommand implements Callable<Integer> {

  private static final Path FLEET_JAR = Path.of("src", "local", "fleet", "target", "fleet.jar");
  private static final Duration STOP_PATIENCE = Duration.ofMinutes(3);

  /** What a shell reports for a program that Ctrl-C ended. */
  private static final int INTERRUPTED = 130;

  private final Terminal terminal;
  private final Clock clock;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description =
          "End by itself N seconds after the fleet began to report, 30 or more (default: run until"
              + " Ctrl-C).")
  private @Nullable Integer seconds;

  @Option(
      names = "--fault",
      paramLabel = "SERVICE=KIND",
      defaultValue = "payment=errors",
      description =
          "What to break: a service of the fleet, and latency, errors or down (default:"
              + " ${DEFAULT-VALUE}).")
  private String fault = "payment=errors";

  @Option(
      names = "--fault-after",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "Seconds from the fleet's first report until it is broken (default: ${DEFAULT-VALUE}).")
  private int faultAfterSeconds;

  @Option(
      names = "--fault-seconds",
      paramLabel = "N",
      defaultValue = "60",
      description = "Seconds until it is mended again (default: ${DEFAULT-VALUE}).")
  private int faultSeconds;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "20",
      description = "Requests a second to the fleet (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Mixin private PlaceOptions options = new PlaceOptions();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  DemoCommand(Terminal terminal, Clock clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    long begin = clock.millis();
    Place wanted = options.place();
    FleetDescription fleet = FleetDescription.ask(wanted.root().resolve(FLEET_JAR));
    FaultChoice choice = check(fleet);
    Optional<RunRecord> running = wanted.run().running();
    Progress progress = new Progress(terminal, clock);
    progress.keepTicking();
    Place place =
        running.map(run -> new Place(wanted.root(), wanted.data(), run.ports())).orElse(wanted);
    DemoSettings settings =
        new DemoSettings(
            place,
            wanted.root().resolve(FLEET_JAR),
            fleet,
            choice,
            Duration.ofSeconds(faultAfterSeconds),
            Duration.ofSeconds(faultSeconds),
            rate,
            Optional.ofNullable(seconds).map(Duration::ofSeconds),
            begin);
    try (Shutdown shutdown = new Shutdown(STOP_PATIENCE)) {
      try {
        int code =
            running.isPresent()
                ? join(settings, running.get(), progress)
                : startAndShow(settings, progress);
        progress.close();
        sayWhatIsNext(place, running.isPresent());
        return code;
      } catch (PartException e) {
        if (shutdown.asked()) {
          return INTERRUPTED;
        }
        throw new Problem(String.valueOf(e.getMessage()), e);
      } catch (InterruptedException e) {
        return INTERRUPTED;
      } finally {
        progress.close();
      }
    }
  }

  private void sayWhatIsNext(Place place, boolean runs) {
    terminal.line("");
    terminal.line(
        runs
            ? "The platform still runs. What to look at next:"
            : "What the demo started has stopped; its data stays. To look around: ./guanlan up, then");
    terminal.lines(NextSteps.urls(place.ports(), terminal.style()));
    terminal.lines(NextSteps.afterDemo(place.ports()));
  }

  private int join(DemoSettings settings, RunRecord running, Progress progress)
      throws IOException, InterruptedException, PartException {
    terminal.line(
        "Using the platform that runs (guanlan %s, process %d)."
            .formatted(running.command(), running.pid()));
    return show(settings, running.process(), progress);
  }

  private int startAndShow(DemoSettings settings, Progress progress)
      throws IOException, InterruptedException, PartException {
    Place place = settings.place();
    terminal.line("Starting Guanlan in " + place.data());
    try (StackRun stack =
        new StackRun(
            place,
            "demo",
            ShippedRules.check(ShippedRules.files(place.root(), List.of())),
            List.of(),
            progress::show,
            clock)) {
      stack.start();
      terminal.line(
          "The platform runs after "
              + Figures.duration(Duration.ofMillis(clock.millis() - settings.beginMillis()))
              + ".");
      return show(settings, Optional.empty(), progress);
    }
  }

  private int show(DemoSettings settings, Optional<ProcessHandle> supervisor, Progress progress)
      throws InterruptedException, PartException {
    EventListener listener = new EventListener(progress::show, clock);
    try (DemoRun demo =
        new DemoRun(settings, listener, listener::notice, supervisor, terminal, clock)) {
      demo.start();
      progress.close();
      demo.run();
      return demo.conclude() ? 0 : 1;
    }
  }

  private FaultChoice check(FleetDescription fleet) {
    if (seconds != null && seconds < 30) {
      throw new Problem("--seconds " + seconds + " is too short to see anything; give 30 or more");
    }
    if (faultAfterSeconds < 0 || faultSeconds < 1) {
      throw new Problem(
          "--fault-after and --fault-seconds cannot be negative; leave them out, or give 10 and 60");
    }
    if (!(rate >= 0.1 && rate <= 1000)) {
      throw new Problem("--rate " + rate + " is out of range; give 0.1 to 1000");
    }
    try {
      return FaultChoice.parse(fault, fleet);
    } catch (IllegalArgumentException e) {
      throw new Problem(String.valueOf(e.getMessage()), e);
    }
  }
}
