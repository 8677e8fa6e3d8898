package dev.guanlan.promql.engine;

import java.time.Duration;

/**
 * Bounds what one query may cost. A query that would cost more ends with an error that says which
 * bound it met, and leaves nothing behind.
 *
 * @param maxSamples how many samples it may load from the source, those of subqueries included
 * @param maxPoints how many values its nodes may have in all; at most {@link #MOST_POINTS}
 * @param maxSteps how many steps it may have
 * @param maxBytes how much memory it may take by estimate, in bytes, for samples, points, native
 *     histograms and labels that it makes; what is given back while it runs counts, too
 * @param timeout how long it may run
 */
public record QueryLimits(
    long maxSamples, long maxPoints, long maxSteps, long maxBytes, Duration timeout) {

  /** Most points that can be allowed: those of a node must fit one array. */
  public static final long MOST_POINTS = 500_000_000;

  /** As Prometheus has them, as far as it has them; a gibibyte of memory. */
  public static final QueryLimits DEFAULTS =
      new QueryLimits(50_000_000, 50_000_000, 11_000, 1L << 30, Duration.ofMinutes(2));

  /** Checks the limits. */
  public QueryLimits {
    boolean valid =
        maxSamples > 0
            && maxPoints > 0
            && maxPoints <= MOST_POINTS
            && maxSteps > 0
            && maxBytes > 0
            && !timeout.isNegative()
            && !timeout.isZero();
    if (!valid) {
      throw new IllegalArgumentException(
          "limits of "
              + maxSamples
              + " samples, "
              + maxPoints
              + " points, "
              + maxSteps
              + " steps, "
              + maxBytes
              + " bytes and "
              + timeout
              + " must all be above 0, and the points at most "
              + MOST_POINTS);
    }
  }

  /** Returns the same with another limit of samples. */
  public QueryLimits withMaxSamples(long samples) {
    return new QueryLimits(samples, maxPoints, maxSteps, maxBytes, timeout);
  }

  /** Returns the same with another limit of points. */
  public QueryLimits withMaxPoints(long points) {
    return new QueryLimits(maxSamples, points, maxSteps, maxBytes, timeout);
  }

  /** Returns the same with another limit of steps. */
  public QueryLimits withMaxSteps(long steps) {
    return new QueryLimits(maxSamples, maxPoints, steps, maxBytes, timeout);
  }

  /** Returns the same with another limit of memory, in bytes. */
  public QueryLimits withMaxBytes(long bytes) {
    return new QueryLimits(maxSamples, maxPoints, maxSteps, bytes, timeout);
  }

  /** Returns the same with another time limit. */
  public QueryLimits withTimeout(Duration limit) {
    return new QueryLimits(maxSamples, maxPoints, maxSteps, maxBytes, limit);
  }
}
