package dev.guanlan.bench.ingest;

import dev.guanlan.bench.process.Profile;
import dev.guanlan.bench.process.Reading;
import dev.guanlan.local.stack.Part;
import dev.guanlan.local.stack.PartException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Measures one target with one file: it starts, idles, is fed, comes to rest, is counted and
 * stopped.
 *
 * <p>The clock stops when everything can be read and the target does nothing more by itself, so
 * that merges and flushes that it puts off are counted. What it uses while it idles is subtracted;
 * what its compiler needs to get warm is not.
 */
final class Measurement {

  private static final Duration IDLE = Duration.ofSeconds(4);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  /** A store is at rest that uses less than this part of a core above idling for a while. */
  private static final double CALM_CORES = 0.1;

  /** A target has settled whose processes together use less than this part of a core. */
  private static final double SETTLED_CORES = 0.25;

  private static final int CALM_LOOKS = 6;
  private static final Duration LONGEST_REST = Duration.ofSeconds(60);

  /** Without progress for so long, the target has lost something. */
  private static final Duration LONGEST_STANDSTILL = Duration.ofSeconds(60);

  private final Consumer<String> notice;

  Measurement(Consumer<String> notice) {
    this.notice = notice;
  }

  /** Measures; closes the target whatever happens. */
  Outcome of(Target target, RequestFile file, Observer observer)
      throws PartException, IOException, InterruptedException {
    try (target) {
      notice.accept(target.name() + ": starting");
      target.start(file);
      settle(target);
      Reading idleBegin = Reading.of(target.processes());
      Thread.sleep(IDLE.toMillis());
      Reading begin = Reading.of(target.processes());
      observer.begin(target);
      notice.accept(target.name() + ": taking " + file.entries() + " " + file.signal().unit());
      Outcome.Readings readings = feedAndRest(target, file, idleBegin, begin);
      observer.end(target);
      long stored = target.stored();
      notice.accept(
          "%s: has %d after %.1f s"
              .formatted(target.name(), stored, readings.end().secondsSince(begin)));
      return new Outcome(
          target.name(),
          file.signal(),
          file.entries(),
          file.bytes(),
          stored,
          readings.halfStored(),
          readings.end().secondsSince(begin),
          readings.uses(),
          readings.end().cpuSince(begin, Reading.FEEDER),
          target.storage(),
          target.remarks());
    }
  }

  /**
   * Waits until what starting has put off is done: it would be taken for idling, and subtracted.
   */
  private static void settle(Target target) throws IOException, InterruptedException {
    Reading begin = Reading.of(target.processes());
    Reading last = begin;
    int calm = 0;
    while (calm < CALM_LOOKS && last.secondsSince(begin) < LONGEST_REST.toSeconds()) {
      Thread.sleep(BETWEEN_LOOKS.toMillis());
      Reading now = Reading.of(target.processes());
      double cores = 0;
      for (Part part : target.processes()) {
        cores += now.cpuSince(last, part.name()) / now.secondsSince(last);
      }
      calm = cores < SETTLED_CORES ? calm + 1 : 0;
      last = now;
    }
  }

  private static Outcome.Readings feedAndRest(
      Target target, RequestFile file, Reading idleBegin, Reading begin)
      throws IOException, InterruptedException {
    ExecutorService feeder = Executors.newSingleThreadExecutor();
    try {
      Future<?> feeding =
          feeder.submit(
              () -> {
                target.feed(file);
                return null;
              });
      Reading half = begin;
      long halfStored = 0;
      long stored = 0;
      long newest = System.nanoTime();
      while (stored < file.entries() || !feeding.isDone()) {
        if (feeding.isDone()) {
          feeding.get();
        }
        Thread.sleep(BETWEEN_LOOKS.toMillis());
        long now = target.stored();
        if (now != stored || !feeding.isDone()) {
          newest = System.nanoTime();
        }
        stored = now;
        if (halfStored == 0 && stored >= file.entries() / 2) {
          half = Reading.of(target.processes());
          halfStored = stored;
        }
        if (System.nanoTime() - newest > LONGEST_STANDSTILL.toNanos()) {
          break;
        }
      }
      feeding.get();
      String store = target.store().name();
      double idle = begin.cpuSince(idleBegin, store) / begin.secondsSince(idleBegin);
      Reading end = rest(target, idle);
      return new Outcome.Readings(idleBegin, begin, half, halfStored, end);
    } catch (ExecutionException e) {
      throw new IOException(
          "Feeding %s failed: %s".formatted(target.name(), e.getCause().getMessage()),
          e.getCause());
    } finally {
      feeder.shutdownNow();
    }
  }

  private static Reading rest(Target target, double idle) throws IOException, InterruptedException {
    String store = target.store().name();
    Reading last = Reading.of(target.processes());
    Reading begin = last;
    int calm = 0;
    while (calm < CALM_LOOKS && last.secondsSince(begin) < LONGEST_REST.toSeconds()) {
      Thread.sleep(BETWEEN_LOOKS.toMillis());
      boolean working = target.working();
      Reading now = Reading.of(target.processes());
      double cores = now.cpuSince(last, store) / now.secondsSince(last);
      calm = !working && cores - idle < CALM_CORES ? calm + 1 : 0;
      last = now;
    }
    return last;
  }

  /** Is told when the measured time begins and ends, while everything runs. */
  interface Observer {

    /** Watches nothing. */
    Observer NONE =
        new Observer() {
          @Override
          public void begin(Target target) {}

          @Override
          public void end(Target target) {}
        };

    /** Has a profile watch. */
    static Observer of(Profile profile) {
      return new Observer() {
        @Override
        public void begin(Target target) throws IOException, InterruptedException {
          profile.begin(target.processes());
        }

        @Override
        public void end(Target target) throws IOException, InterruptedException {
          profile.end(target.name(), target.processes());
        }
      };
    }

    /** Begins to watch. */
    void begin(Target target) throws IOException, InterruptedException;

    /** Ends watching. */
    void end(Target target) throws IOException, InterruptedException;
  }
}
