package dev.guanlan.promql.script;

/**
 * Is what became of one evaluation.
 *
 * @param line number of its line, from 1
 * @param detail why it did not pass
 */
record Outcome(int line, String expression, Kind kind, String detail) {

  /** What can become of an evaluation. */
  enum Kind {
    PASSED,
    FAILED
  }

  @Override
  public String toString() {
    return "line " + line + ": " + kind + " " + expression + ": " + detail;
  }
}
