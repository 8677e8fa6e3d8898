package dev.guanlan.promql;

import java.util.List;

/**
 * Tells which samples one selector of an expression can look at.
 *
 * @param matchers all of which a series must satisfy
 * @param millisBack how long before the evaluation time samples matter, in milliseconds, exclusive;
 *     never negative
 * @param millisAhead how long after the evaluation time samples matter, in milliseconds: 0 but for
 *     a negative offset
 */
public record SelectedWindow(List<Matcher> matchers, long millisBack, long millisAhead) {

  /** Copies the list. */
  public SelectedWindow {
    matchers = List.copyOf(matchers);
  }

  /** Tells whether another has the same matchers and looks at least as far. */
  public boolean isWithin(SelectedWindow other) {
    return matchers.equals(other.matchers)
        && millisBack <= other.millisBack
        && millisAhead <= other.millisAhead;
  }
}
