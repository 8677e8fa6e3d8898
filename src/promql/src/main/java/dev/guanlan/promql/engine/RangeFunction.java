package dev.guanlan.promql.engine;

/** Computes one number of the samples in a window, which has at least one. */
@FunctionalInterface
interface RangeFunction {

  /** Forgets what is known of a series: the next window is of another one. */
  default void begin() {}

  /** Returns the number, or {@link StepMatrix#ABSENT}. */
  double apply(Window window) throws EvaluationException;
}
