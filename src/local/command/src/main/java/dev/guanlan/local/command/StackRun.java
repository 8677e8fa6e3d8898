package dev.guanlan.local.command;

import dev.guanlan.local.command.run.Event;
import dev.guanlan.local.command.run.PartStatus;
import dev.guanlan.local.command.run.Place;
import dev.guanlan.local.command.run.RunFolder.Claim;
import dev.guanlan.local.command.run.RunRecord;
import dev.guanlan.local.command.run.Snapshot;
import dev.guanlan.local.stack.Health;
import dev.guanlan.local.stack.JobOption;
import dev.guanlan.local.stack.Part;
import dev.guanlan.local.stack.PartException;
import dev.guanlan.local.stack.Supervisor;
import dev.guanlan.rules.RuleGroup;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the platform's parts in this process' care, and keeps the account of it that other commands
 * read. Closing it stops everything.
 */
final class StackRun implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StackRun.class);
  private static final long PUBLISH_MILLIS = 2_000;

  private final Place place;
  private final Clock clock;
  private final Consumer<Event> events;
  private final List<Part> parts;
  private final Supervisor supervisor;
  private final Claim claim;
  private final ScheduledExecutorService publisher =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "status");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Takes the place for this process; starts nothing yet.
   *
   * @param command what the user called: {@code up} or {@code demo}
   * @param jobOptions what the jobs are told, whenever they are submitted in this run
   */
  StackRun(
      Place place,
      String command,
      List<RuleGroup> rules,
      List<JobOption> jobOptions,
      Consumer<Event> events,
      Clock clock)
      throws IOException {
    this.place = place;
    this.clock = clock;
    this.events = events;
    claim = place.run().claim(RunRecord.ofThisProcess(command, clock.millis(), place.ports()));
    EventListener listener = new EventListener(events, clock);
    parts = StackParts.of(place, rules, jobOptions, listener::notice);
    supervisor = new Supervisor(parts, listener);
  }

  /** Starts every part in order; returns when all of them serve. */
  void start() throws PartException {
    long begin = clock.millis();
    var unused =
        publisher.scheduleWithFixedDelay(
            this::publish, PUBLISH_MILLIS, PUBLISH_MILLIS, TimeUnit.MILLISECONDS);
    supervisor.start();
    publish();
    events.accept(Event.of(clock.millis(), Event.Kind.READY, clock.millis() - begin, ""));
  }

  /** Stops every part, the last first, the jobs with savepoints. */
  @Override
  public void close() throws IOException {
    long begin = clock.millis();
    // Parts wait for their ends; a thread that is still marked as interrupted could not.
    boolean interrupted = Thread.interrupted();
    try {
      supervisor.stop();
      publisher.shutdownNow();
      events.accept(Event.of(clock.millis(), Event.Kind.ENDED, clock.millis() - begin, ""));
    } finally {
      claim.close();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** One at a time: what was seen while the stack came up must not be written after it is ready. */
  private synchronized void publish() {
    List<PartStatus> statuses = new ArrayList<>();
    for (Part part : parts) {
      Health health = part.check();
      statuses.add(
          new PartStatus(
              part.name(),
              part.version(),
              health.state().name(),
              health.detail(),
              part.endpoints().stream()
                  .map(each -> new PartStatus.Address(each.label(), each.url()))
                  .toList()));
    }
    try {
      place.run().publish(new Snapshot(clock.millis(), statuses));
    } catch (IOException e) {
      LOG.warn("The status could not be written for other commands to see", e);
    }
  }
}
