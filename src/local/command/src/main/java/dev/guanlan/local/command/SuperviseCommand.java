package dev.guanlan.local.command;

import dev.guanlan.local.command.run.Event;
import dev.guanlan.local.command.run.EventLog;
import dev.guanlan.local.command.run.Place;
import dev.guanlan.local.stack.PartException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Supervises a stack until told to stop; what {@code up} leaves behind. */
@Command(
    name = "supervise",
    hidden = true,
    description = "Supervise the platform in the foreground; guanlan up starts this.")
final class SuperviseCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(SuperviseCommand.class);
  private static final Duration STOP_PATIENCE = Duration.ofMinutes(5);

  @Option(names = "--rules", paramLabel = "PATH", description = "Rule files or folders.")
  private List<Path> rules = new ArrayList<>();

  @Mixin private JobOptionsMixin jobOptions = new JobOptionsMixin();
  @Mixin private PlaceOptions options = new PlaceOptions();

  SuperviseCommand() {}

  @Override
  public Integer call() throws IOException {
    Place place = options.place();
    EventLog log = place.run().events();
    Consumer<Event> events =
        event -> {
          LOG.info(
              "{} {} {} {}", event.kind(), event.part(), event.version(), event.text().strip());
          try {
            log.append(event);
          } catch (IOException e) {
            // The stack matters more than its account.
            LOG.warn("An event could not be written for other commands to see", e);
          }
        };
    try (Shutdown shutdown = new Shutdown(STOP_PATIENCE);
        StackRun stack =
            new StackRun(
                place,
                "up",
                ShippedRules.check(ShippedRules.files(place.root(), rules)),
                jobOptions.given(),
                events,
                Clock.systemUTC())) {
      stack.start();
      new CountDownLatch(1).await();
      return shutdown.asked() ? 0 : 1;
    } catch (PartException e) {
      LOG.error("The platform did not start: {}", e.getMessage());
      return 1;
    } catch (InterruptedException e) {
      return 0;
    }
  }
}
