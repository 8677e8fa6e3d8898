package dev.guanlan.model.histogram;

/** Tells what is known about a reset of a counter between a histogram and the one before it. */
public enum ResetHint {
  /** Nothing is known: the two have to be compared. */
  UNKNOWN,
  /** The counter was reset. */
  RESET,
  /** The counter was not reset. */
  NOT_RESET,
  /** The histogram is no counter. */
  GAUGE
}
