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

  /** More at once than there are cores on a small machine only slows each down. */
  private static final int AHEAD = 2;

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
   * <p>They come up in their order; while one does, the next few that can are set going already,
   * because on several cores that saves a third of the time.
   *
   * @throws PartException when one does not come up; everything is stopped then
   */
  public void start() throws PartException {
    Map<Part, Long> launched = new LinkedHashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      if (!launched.containsKey(part)) {
        launched.put(part, launch(part));
      }
      int end = Math.min(parts.size(), i + 1 + AHEAD);
      for (int j = i + 1; j < end && parts.get(j).startsAlone(); j++) {
        if (!launched.containsKey(parts.get(j))) {
          launched.put(parts.get(j), launch(parts.get(j)));
        }
      }
      awaitHealth(part, launched.get(part));
    }
  }

  /**
   * Starts one more part and keeps it running like the others.
   *
   * @throws PartException when it does not come up; everything is stopped then
   */
  public void add(Part part) throws PartException {
    awaitHealth(part, launch(part));
  }

  /** Sets a part going and returns when that was, as {@link System#nanoTime} tells it. */
  private long launch(Part part) throws PartException {
    long begin = System.nanoTime();
    synchronized (this) {
      requireNotStopped(part);
      started.add(part);
    }
    listener.starting(part);
    try {
      part.start();
    } catch (PartException e) {
      fail(part, e);
    }
    return begin;
  }

  private void awaitHealth(Part part, long begin) throws PartException {
    try {
      Startup.awaitHealth(part);
    } catch (PartException e) {
      fail(part, e);
    }
    listener.started(part, Duration.ofNanos(System.nanoTime() - begin));
    synchronized (this) {
      if (stopped) {
        // stop() came while this part was on its way up.
        part.stop();
      }
      requireNotStopped(part);
      watches.add(Watch.over(part, listener));
    }
  }

  private void fail(Part part, PartException reason) throws PartException {
    listener.failed(part, reason);
    stop();
    throw reason;
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
