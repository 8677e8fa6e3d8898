package dev.guanlan.promql.engine;

import dev.guanlan.promql.Position;
import java.util.function.LongSupplier;

/** Counts what a query spends, and ends it when it spends too much. */
final class Budget {

  /** How many calls of {@link #check} look at the clock once. */
  private static final int CLOCK_EVERY = 64;

  private final long maxSamples;
  private final long timeoutNanos;
  private final LongSupplier nanoTime;
  private final long startNanos;
  private long samples;
  private int untilClock;

  Budget(EngineOptions options, LongSupplier nanoTime) {
    this.maxSamples = options.maxSamples();
    this.timeoutNanos = options.timeout().toNanos();
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
  }

  /** Spends numbers, loaded or computed, before they take memory. */
  void spend(long count, Position position) throws EvaluationException {
    samples += count;
    if (samples > maxSamples) {
      throw new EvaluationException(
          EvaluationException.Kind.TOO_MANY_SAMPLES,
          "the query processing would load too many samples into memory: more than "
              + maxSamples
              + "; narrow its selectors, range or number of steps",
          position);
    }
    check(position);
  }

  private void check(Position position) throws EvaluationException {
    if (--untilClock > 0) {
      return;
    }
    untilClock = CLOCK_EVERY;
    if (Thread.currentThread().isInterrupted()) {
      throw new EvaluationException(
          EvaluationException.Kind.CANCELLED, "the query was cancelled", position);
    }
    if (nanoTime.getAsLong() - startNanos > timeoutNanos) {
      throw new EvaluationException(
          EvaluationException.Kind.TIMEOUT,
          "the query took longer than "
              + timeoutNanos / 1_000_000
              + " ms; narrow its selectors, range or number of steps",
          position);
    }
  }
}
