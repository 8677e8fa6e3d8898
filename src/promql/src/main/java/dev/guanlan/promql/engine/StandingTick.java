package dev.guanlan.promql.engine;

/**
 * Is one evaluation of expressions that are evaluated over and over.
 *
 * @param number another one for each time and state of the source
 * @param millis the time, in milliseconds since the epoch
 * @param source where the series are
 * @param query what the engine needs where it has to be asked
 */
record StandingTick(long number, long millis, StandingSource source, Query query) {}
