package dev.guanlan.promql.engine;

/**
 * Computes {@code rate} or {@code increase} of windows that only ever move on. Most windows have no
 * reset of the counter in them: which do is known from looking at each sample once, and only those
 * are looked through again.
 *
 * <p>hot: called once for each series and step; allocates nothing.
 */
final class SlidingRate implements RangeFunction {

  private final boolean perSecond;
  private int seenTo;
  private int lastReset;

  SlidingRate(boolean perSecond) {
    this.perSecond = perSecond;
  }

  @Override
  public void begin() {
    seenTo = 0;
    lastReset = 0;
  }

  @Override
  public double apply(Window window) {
    if (window.startTimestamps != null) {
      return Extrapolation.of(window, true, perSecond);
    }
    double[] values = window.values;
    for (int i = Math.max(seenTo, window.from + 1); i < window.to; i++) {
      if (values[i] < values[i - 1]) {
        lastReset = i;
      }
    }
    seenTo = window.to;
    double lost = lastReset > window.from ? Extrapolation.lostInResets(window) : 0;
    return Extrapolation.of(window, true, perSecond, lost);
  }
}
