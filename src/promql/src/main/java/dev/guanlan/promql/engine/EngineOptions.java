package dev.guanlan.promql.engine;

import dev.guanlan.promql.Selectors;
import java.time.Duration;

/**
 * Configures an {@link Engine}.
 *
 * @param lookbackMillis how far back an instant selector looks, in milliseconds
 * @param subqueryStepMillis step of subqueries that name none, in milliseconds
 * @param maxSamples how many numbers a query may load and compute in all; at most {@link
 *     #MOST_SAMPLES}
 * @param timeout how long a query may run
 * @param delayedNameRemoval whether metric names are dropped only from the query's result, as
 *     Prometheus does behind its feature flag, instead of from each function's
 * @param startTimestamps whether rates and resets heed since when samples have counted, where that
 *     is known, as Prometheus does behind its feature flag
 */
public record EngineOptions(
    long lookbackMillis,
    long subqueryStepMillis,
    long maxSamples,
    Duration timeout,
    boolean delayedNameRemoval,
    boolean startTimestamps) {

  /** As Prometheus has them, for rules evaluated every minute. */
  public static final EngineOptions DEFAULTS =
      new EngineOptions(
          Selectors.DEFAULT_LOOKBACK_MILLIS,
          60_000,
          50_000_000,
          Duration.ofMinutes(2),
          false,
          false);

  /** Most samples that can be allowed: what is computed must fit one array. */
  public static final long MOST_SAMPLES = 500_000_000;

  /** Checks the options. */
  public EngineOptions {
    if (lookbackMillis <= 0
        || subqueryStepMillis <= 0
        || maxSamples <= 0
        || maxSamples > MOST_SAMPLES) {
      throw new IllegalArgumentException(
          "look-back "
              + lookbackMillis
              + " ms, subquery step "
              + subqueryStepMillis
              + " ms and limit of "
              + maxSamples
              + " samples must all be above 0, and the last at most "
              + MOST_SAMPLES);
    }
  }

  /** Returns the same with another look-back. */
  public EngineOptions withLookbackMillis(long millis) {
    return new EngineOptions(
        millis, subqueryStepMillis, maxSamples, timeout, delayedNameRemoval, startTimestamps);
  }

  /** Returns the same with another step of subqueries that name none. */
  public EngineOptions withSubqueryStepMillis(long millis) {
    return new EngineOptions(
        lookbackMillis, millis, maxSamples, timeout, delayedNameRemoval, startTimestamps);
  }

  /** Returns the same with another limit of samples. */
  public EngineOptions withMaxSamples(long samples) {
    return new EngineOptions(
        lookbackMillis, subqueryStepMillis, samples, timeout, delayedNameRemoval, startTimestamps);
  }

  /** Returns the same with another time limit. */
  public EngineOptions withTimeout(Duration limit) {
    return new EngineOptions(
        lookbackMillis, subqueryStepMillis, maxSamples, limit, delayedNameRemoval, startTimestamps);
  }

  /** Returns the same with delayed name removal switched. */
  public EngineOptions withDelayedNameRemoval(boolean delayed) {
    return new EngineOptions(
        lookbackMillis, subqueryStepMillis, maxSamples, timeout, delayed, startTimestamps);
  }

  /** Returns the same with the use of start timestamps switched. */
  public EngineOptions withStartTimestamps(boolean used) {
    return new EngineOptions(
        lookbackMillis, subqueryStepMillis, maxSamples, timeout, delayedNameRemoval, used);
  }
}
