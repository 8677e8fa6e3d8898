package dev.guanlan.promql;

import java.util.Locale;

/** Tells how a selector looks beyond the samples in its range. */
public enum Extension {
  /** Not at all. */
  NONE,
  /** It takes the newest sample before the range for the value at the range's start. */
  ANCHORED,
  /** It interpolates the values at both ends of the range from the samples around them. */
  SMOOTHED;

  /** Returns the modifier as PromQL writes it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
