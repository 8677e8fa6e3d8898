package dev.guanlan.promql.engine;

import dev.guanlan.promql.Selectors;
import java.time.Duration;

/**
 * Configures an {@link Engine}.
 *
 * @param lookbackMillis how far back an instant selector looks, in milliseconds
 * @param subqueryStepMillis step of subqueries that name none, in milliseconds
 * @param limits bounds of what a query may cost
 * @param delayedNameRemoval whether metric names are dropped only from the query's result, as
 *     Prometheus does behind its feature flag, instead of from each function's
 * @param startTimestamps whether rates and resets heed since when samples have counted, where that
 *     is known, as Prometheus does behind its feature flag
 */
public record EngineOptions(
    long lookbackMillis,
    long subqueryStepMillis,
    QueryLimits limits,
    boolean delayedNameRemoval,
    boolean startTimestamps) {

  /** As Prometheus has them, for rules evaluated every minute. */
  public static final EngineOptions DEFAULTS =
      new EngineOptions(
          Selectors.DEFAULT_LOOKBACK_MILLIS, 60_000, QueryLimits.DEFAULTS, false, false);

  /** Checks the options. */
  public EngineOptions {
    if (lookbackMillis <= 0 || subqueryStepMillis <= 0) {
      throw new IllegalArgumentException(
          "look-back "
              + lookbackMillis
              + " ms and subquery step "
              + subqueryStepMillis
              + " ms must both be above 0");
    }
  }

  /** Returns the same with another look-back. */
  public EngineOptions withLookbackMillis(long millis) {
    return new EngineOptions(
        millis, subqueryStepMillis, limits, delayedNameRemoval, startTimestamps);
  }

  /** Returns the same with another step of subqueries that name none. */
  public EngineOptions withSubqueryStepMillis(long millis) {
    return new EngineOptions(lookbackMillis, millis, limits, delayedNameRemoval, startTimestamps);
  }

  /** Returns the same with other limits. */
  public EngineOptions withLimits(QueryLimits other) {
    return new EngineOptions(
        lookbackMillis, subqueryStepMillis, other, delayedNameRemoval, startTimestamps);
  }

  /** Returns the same with another limit of samples. */
  public EngineOptions withMaxSamples(long samples) {
    return withLimits(limits.withMaxSamples(samples));
  }

  /** Returns the same with another limit of the memory that a query may take, in bytes. */
  public EngineOptions withMaxBytes(long bytes) {
    return withLimits(limits.withMaxBytes(bytes));
  }

  /** Returns the same with another time limit. */
  public EngineOptions withTimeout(Duration limit) {
    return withLimits(limits.withTimeout(limit));
  }

  /** Returns the same with delayed name removal switched. */
  public EngineOptions withDelayedNameRemoval(boolean delayed) {
    return new EngineOptions(lookbackMillis, subqueryStepMillis, limits, delayed, startTimestamps);
  }

  /** Returns the same with the use of start timestamps switched. */
  public EngineOptions withStartTimestamps(boolean used) {
    return new EngineOptions(lookbackMillis, subqueryStepMillis, limits, delayedNameRemoval, used);
  }
}
