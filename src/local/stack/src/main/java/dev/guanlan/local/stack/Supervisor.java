package dev.guanlan.local.stack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps parts running: starts them in order, each when the one before serves; starts again what
 * dies, with growing pauses and not for ever; stops them in reverse order.
 *
 * <p>May be used from any thread. {@link #stop} may be called while {@link #start} runs, which then
 * ends with an exception.
 */
public final class Supervisor implements AutoCloseable {

  private final List<Part> parts;
  private final StartListener listener;
  private final List<Part> started = new ArrayList<>();
  private final List<Watch> watches = new ArrayList<>();
  private boolean stopped;

  /** Creates a supervisor of {@code parts}, in the order in which they are to start. */
  public Supervisor(List<Part> parts, StartListener listener) {
    this.parts = List.copyOf(parts);
    this.listener = new OneAtATime(listener);
  }

  /**
   * Starts all parts and returns when all serve.
   *
   * @throws PartException when one does not come up; everything is stopped then
   */
  public void start() throws PartException {
    for (Part part : parts) {
      add(part);
    }
  }

  /**
   * Starts one more part and keeps it running like the others.
   *
   * @throws PartException when it does not come up; everything is stopped then
   */
  public void add(Part part) throws PartException {
    synchronized (this) {
      requireNotStopped(part);
      started.add(part);
    }
    listener.starting(part);
    try {
      listener.started(part, Startup.untilHealthy(part));
    } catch (PartException e) {
      listener.failed(part, e);
      stop();
      throw e;
    }
    synchronized (this) {
      if (stopped) {
        // stop() came while this part was on its way up.
        part.stop();
      }
      requireNotStopped(part);
      watches.add(Watch.over(part, listener));
    }
  }

  private void requireNotStopped(Part part) throws PartException {
    if (stopped) {
      throw new PartException(part.name() + " is not started: the stack is being stopped.");
    }
  }

  /** Looks at every part now, in their order; those that are not started yet are down. */
  public Map<Part, Health> check() {
    List<Part> all = new ArrayList<>(parts);
    synchronized (this) {
      started.stream().filter(part -> !all.contains(part)).forEach(all::add);
    }
    Map<Part, Health> health = new LinkedHashMap<>();
    all.forEach(part -> health.put(part, part.check()));
    return health;
  }

  /** Stops all parts in reverse order and returns when all have ended. */
  public void stop() {
    List<Part> newestFirst = new ArrayList<>();
    List<Watch> watching;
    synchronized (this) {
      stopped = true;
      started.forEach(part -> newestFirst.add(0, part));
      started.clear();
      watching = List.copyOf(watches);
      watches.clear();
    }
    watching.forEach(Watch::end);
    for (Part part : newestFirst) {
      long begin = System.nanoTime();
      listener.stopping(part);
      part.stop();
      listener.stopped(part, Duration.ofNanos(System.nanoTime() - begin));
    }
  }

  /** Does the same as {@link #stop}. */
  @Override
  public void close() {
    stop();
  }
}
