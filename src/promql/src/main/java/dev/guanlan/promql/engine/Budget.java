package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Position;
import java.util.function.LongSupplier;

/** Counts what a query spends, and ends it when it spends too much. */
final class Budget {

  /** How many calls look at the clock once. */
  private static final int CLOCK_EVERY = 64;

  /** How many samples are gone through until a call looks at the clock in any case. */
  private static final long WORK_PER_LOOK = 1_000_000;

  private static final int BYTES_PER_POINT = Double.BYTES;
  private static final int BYTES_PER_SAMPLE = Long.BYTES + Double.BYTES;

  /** Objects around the buckets of a histogram. */
  private static final int BYTES_PER_HISTOGRAM = 160;

  private static final int BYTES_PER_BUCKET = Integer.BYTES + Double.BYTES;

  private final QueryLimits limits;
  private final long timeoutNanos;
  private final LongSupplier nanoTime;
  private final long startNanos;
  private long samples;
  private long points;
  private long bytes;
  private long work;
  private int untilClock;

  Budget(QueryLimits limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.timeoutNanos = limits.timeout().toNanos();
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
  }

  /** Checks how many steps the query has. */
  void checkSteps(long steps, Position position) throws EvaluationException {
    if (steps > limits.maxSteps()) {
      throw new EvaluationException(
          EvaluationException.Kind.TOO_MANY_STEPS,
          "the query exceeds the maximum resolution of "
              + limits.maxSteps()
              + " points per time series: it has "
              + steps
              + " steps; make the step longer or the range shorter",
          position);
    }
  }

  /** Spends samples that are loaded from the source. */
  void load(long count, Position position) throws EvaluationException {
    samples += count;
    if (samples > limits.maxSamples()) {
      throw new EvaluationException(
          EvaluationException.Kind.TOO_MANY_SAMPLES,
          "the query processing would load too many samples into memory: more than "
              + limits.maxSamples()
              + "; narrow its selectors, range or number of steps",
          position);
    }
    hold(count * BYTES_PER_SAMPLE, position);
  }

  /** Spends values of a node, before they take memory. */
  void spend(long count, Position position) throws EvaluationException {
    points += count;
    if (points > limits.maxPoints()) {
      throw new EvaluationException(
          EvaluationException.Kind.TOO_MANY_POINTS,
          "the query would compute too many points: more than "
              + limits.maxPoints()
              + "; narrow its selectors or make it have fewer steps",
          position);
    }
    hold(count * BYTES_PER_POINT, position);
    if (--untilClock <= 0) {
      look(position);
    }
  }

  /** Spends memory. */
  void hold(long count, Position position) throws EvaluationException {
    bytes += count;
    if (bytes > limits.maxBytes()) {
      throw new EvaluationException(
          EvaluationException.Kind.TOO_MUCH_MEMORY,
          "the query would take too much memory: more than "
              + limits.maxBytes()
              + " bytes by estimate; narrow its selectors, range or number of steps",
          position);
    }
  }

  /** Spends the memory of a histogram. */
  void hold(Histogram histogram, Position position) throws EvaluationException {
    hold(bytes(histogram), position);
  }

  /** Returns the memory of a histogram, in bytes by estimate. */
  static long bytes(Histogram histogram) {
    long buckets = (long) histogram.positive().size() + histogram.negative().size();
    return BYTES_PER_HISTOGRAM
        + buckets * BYTES_PER_BUCKET
        + (long) histogram.customBounds() * Double.BYTES;
  }

  /** Spends the memory of all histograms of a node's result. */
  void holdHistograms(StepMatrix matrix, Position position) throws EvaluationException {
    if (!matrix.hasHistograms()) {
      return;
    }
    for (int row = 0; row < matrix.size(); row++) {
      for (int step = 0; step < matrix.steps(); step++) {
        Histogram histogram = matrix.histogram(row, step);
        if (histogram != null) {
          hold(histogram, position);
        }
      }
    }
  }

  /** Takes note of samples gone through once more; now and then that is too late to go on. */
  void work(long count, Position position) throws EvaluationException {
    work += count;
    if (work > WORK_PER_LOOK) {
      look(position);
    }
  }

  private void look(Position position) throws EvaluationException {
    untilClock = CLOCK_EVERY;
    work = 0;
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
