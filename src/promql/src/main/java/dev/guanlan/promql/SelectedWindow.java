package dev.guanlan.promql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells which samples one selector of an expression can look at: those around the evaluation time,
 * or, of a selector that {@code @} fixes to a time, always the same.
 *
 * @param matchers all of which a series must satisfy
 * @param millisBack how long before the evaluation time samples matter, in milliseconds, exclusive;
 *     never negative, and 0 if it is fixed
 * @param millisAhead how long after the evaluation time samples matter, in milliseconds: 0 but for
 *     a negative offset
 * @param fixed the time whose samples matter, or null if that moves with the evaluation time
 */
public record SelectedWindow(
    List<Matcher> matchers, long millisBack, long millisAhead, @Nullable Interval fixed) {

  /**
   * Is a time that does not move.
   *
   * @param afterMillis its beginning in milliseconds since the epoch, which does not belong to it
   * @param toMillis its end, which does
   */
  public record Interval(long afterMillis, long toMillis) {

    /** Tells whether a time, in milliseconds since the epoch, belongs to it. */
    public boolean has(long millis) {
      return millis > afterMillis && millis <= toMillis;
    }

    /** Tells whether every time of another one belongs to it. */
    public boolean covers(Interval other) {
      return afterMillis <= other.afterMillis && toMillis >= other.toMillis;
    }

    /** Tells whether some time belongs to both. */
    public boolean meets(Interval other) {
      return afterMillis < other.toMillis && toMillis > other.afterMillis;
    }
  }

  /** Copies the list. */
  public SelectedWindow {
    matchers = List.copyOf(matchers);
  }

  /** Makes a window that moves with the evaluation time. */
  public SelectedWindow(List<Matcher> matchers, long millisBack, long millisAhead) {
    this(matchers, millisBack, millisAhead, null);
  }

  /** Makes a window that does not move. */
  public SelectedWindow(List<Matcher> matchers, Interval fixed) {
    this(matchers, 0, 0, fixed);
  }

  /** Tells whether it is always the same, whatever the evaluation time. */
  public boolean isFixed() {
    return fixed != null;
  }

  /**
   * Returns the time whose samples matter to an evaluation.
   *
   * @param millis the evaluation time, in milliseconds since the epoch
   */
  public Interval at(long millis) {
    return fixed == null ? new Interval(millis - millisBack, millis + millisAhead) : fixed;
  }

  /** Tells whether another has the same matchers and looks at least as far. */
  public boolean isWithin(SelectedWindow other) {
    if (fixed != null || other.fixed != null) {
      return fixed != null
          && other.fixed != null
          && matchers.equals(other.matchers)
          && other.fixed.covers(fixed);
    }
    return matchers.equals(other.matchers)
        && millisBack <= other.millisBack
        && millisAhead <= other.millisAhead;
  }

  /** Returns a text by which state knows windows; that of one that moves must never change. */
  @Override
  public String toString() {
    return "SelectedWindow[matchers="
        + matchers
        + ", millisBack="
        + millisBack
        + ", millisAhead="
        + millisAhead
        + (fixed == null ? "" : ", fixed=" + fixed.afterMillis + ".." + fixed.toMillis)
        + "]";
  }
}
