package dev.guanlan.promql.script;

import java.util.List;

/** Is a command of a script. */
sealed interface Command {

  /** Returns the number of its line, from 1. */
  int line();

  /** Forgets all series. */
  record Clear(int line) implements Command {}

  /**
   * Adds samples from time 0 on.
   *
   * @param beyondFloats whether the command loads more than the numbers in its lines
   */
  record Load(int line, long intervalMillis, List<SeriesLine> series, boolean beyondFloats)
      implements Command {}

  /**
   * Evaluates an expression and expects something.
   *
   * @param stepMillis 0 for an instant evaluation, at {@code startMillis}
   */
  record Eval(
      int line,
      String expression,
      long startMillis,
      long endMillis,
      long stepMillis,
      Expectations expected)
      implements Command {

    boolean instant() {
      return stepMillis == 0;
    }
  }
}
