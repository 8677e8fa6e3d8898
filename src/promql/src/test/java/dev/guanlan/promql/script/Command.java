package dev.guanlan.promql.script;

import dev.guanlan.promql.notation.SeriesBlock;

/** Is a command of a script. */
sealed interface Command {

  /** Returns the number of its line, from 1. */
  int line();

  /** Forgets all series. */
  record Clear(int line) implements Command {}

  /**
   * Adds samples from time 0 on.
   *
   * @param converted whether classic histograms are to be loaded as native ones, too
   */
  record Load(int line, SeriesBlock series, boolean converted) implements Command {}

  /**
   * Evaluates an expression and expects something.
   *
   * @param startMillis time of an instant evaluation
   * @param endMillis 0 for an instant evaluation
   * @param stepMillis 0 for an instant evaluation
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
