package dev.guanlan.local.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies faults to the fleet's services and ends them in time. A service has one fault at most;
 * the newest wins, and an older one's end no longer matters to it.
 */
final class FaultPlan implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FaultPlan.class);

  private final Map<ServiceName, Service> services;
  private final Clock clock;
  private final Map<ServiceName, Active> active = new LinkedHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "faults");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Holds a fault that is in force.
   *
   * @param kind what is wrong
   * @param sinceMillis when it began, milliseconds since the epoch
   */
  record Active(FaultKind kind, long sinceMillis, Optional<ScheduledFuture<?>> end) {}

  FaultPlan(Map<ServiceName, Service> services, Clock clock) {
    this.services = Map.copyOf(services);
    this.clock = clock;
  }

  /** Injects a fault later on. */
  void schedule(Fault fault, Duration after, Optional<Duration> lasting) {
    var unused =
        timer.schedule(
            () -> {
              try {
                inject(fault, lasting);
              } catch (IOException | RuntimeException e) {
                LOG.error("The fault {} could not be injected; inject it by hand", fault, e);
              }
            },
            after.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /**
   * Injects a fault now.
   *
   * @param lasting how long, or until it is ended by hand
   * @return when it began, milliseconds since the epoch
   */
  synchronized long inject(Fault fault, Optional<Duration> lasting) throws IOException {
    end(fault.service());
    Service service = service(fault.service());
    long since = clock.millis();
    service.fail(fault.kind());
    Optional<ScheduledFuture<?>> end =
        lasting.map(
            duration ->
                timer.schedule(
                    () -> endLater(fault.service()), duration.toMillis(), TimeUnit.MILLISECONDS));
    active.put(fault.service(), new Active(fault.kind(), since, end));
    LOG.info("Injected {}", fault);
    return since;
  }

  /** Ends a service's fault, if it has one. */
  synchronized void end(ServiceName name) throws IOException {
    Active old = active.remove(name);
    if (old != null) {
      old.end().ifPresent(future -> future.cancel(false));
      service(name).recover();
      LOG.info("Ended {}={}", name, old.kind().text());
    }
  }

  /** Returns the faults in force. */
  synchronized Map<ServiceName, Active> active() {
    return Map.copyOf(active);
  }

  private Service service(ServiceName name) {
    Service service = services.get(name);
    if (service == null) {
      throw new IllegalArgumentException("No service is called " + name + "; see --describe");
    }
    return service;
  }

  private void endLater(ServiceName name) {
    try {
      end(name);
    } catch (IOException e) {
      throw new UncheckedIOException("Service " + name + " could not be started again", e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
