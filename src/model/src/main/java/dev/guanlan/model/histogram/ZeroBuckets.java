package dev.guanlan.model.histogram;

/**
 * Finds a zero bucket that suits two histograms: as wide as the wider one, and not ending within a
 * bucket that either has observations in. Source: {@code reconcileZeroBuckets} in {@code
 * model/histogram/float_histogram.go} of Prometheus.
 */
final class ZeroBuckets {

  private ZeroBuckets() {}

  /** Returns a threshold not below the given one at which neither side is cut. */
  static double widen(Side positive, Side negative, int schema, double threshold) {
    double wide = widen(positive, schema, threshold);
    double wider = widen(negative, schema, wide);
    return wider == wide ? wide : widen(positive, schema, wider);
  }

  private static double widen(Side side, int schema, double threshold) {
    for (int i = 0; i < side.size(); i++) {
      double upper = Bounds.upper(schema, side.index(i));
      if (upper > threshold) {
        boolean cut = Bounds.upper(schema, side.index(i) - 1) < threshold;
        return cut && side.count(i) != 0 ? upper : threshold;
      }
    }
    return threshold;
  }

  /** Returns how many of the first buckets begin within a zero bucket. */
  static int begun(Side side, int schema, double threshold) {
    int begun = 0;
    while (begun < side.size() && Bounds.upper(schema, side.index(begun) - 1) < threshold) {
      begun++;
    }
    return begun;
  }

  /** Returns how many of the first buckets end within a zero bucket. */
  static int ended(Side side, int schema, double threshold) {
    int ended = 0;
    while (ended < side.size() && Bounds.upper(schema, side.index(ended)) <= threshold) {
      ended++;
    }
    return ended;
  }
}
