package dev.guanlan.rules;

/** Is a stage in the life of an alert. */
public enum AlertState {
  /**
   * There is no alert: its element is not in the rule's result, or it never fired. An alert that is
   * kept as such was active before the state was lost ({@link ForStates}); it is one again if the
   * next result has its element.
   */
  INACTIVE,
  /** The element is in the result, but not yet for as long as the rule's {@code for} asks. */
  PENDING,
  /** Somebody is told, at the first tick and again and again. */
  FIRING,
  /** It fired, and its element left the result; kept for a while so that everybody hears of it. */
  RESOLVED
}
