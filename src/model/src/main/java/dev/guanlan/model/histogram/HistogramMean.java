package dev.guanlan.model.histogram;

/**
 * Averages histograms: by their sum as long as no number of it overflows, by steps of the mean from
 * then on. Not thread-safe. Source: {@code avg} in {@code promql/engine.go} of Prometheus.
 */
public final class HistogramMean {

  private final HistogramSum sum;
  private double added = 1;
  private boolean byMean;

  /** Begins with a histogram, which is not changed. */
  public HistogramMean(Histogram first) {
    sum = new HistogramSum(first);
  }

  /** Tells whether a histogram can be added, as {@link HistogramSum#accepts} does. */
  public boolean accepts(Histogram other) {
    return sum.accepts(other);
  }

  /**
   * Takes a histogram into the mean.
   *
   * @throws IllegalArgumentException if it is not {@linkplain #accepts accepted}
   */
  public void add(Histogram histogram) {
    if (!byMean && sum.mayOverflow(histogram)) {
      byMean = true;
      sum.divide(added);
    }
    added++;
    if (byMean) {
      sum.multiply((added - 1) / added);
      sum.add(histogram.divide(added));
    } else {
      sum.add(histogram);
    }
  }

  /** Tells whether listed bounds differed, so that only common ones are left. */
  public boolean boundsReconciled() {
    return sum.boundsReconciled();
  }

  /** Returns the mean and ends the averaging. */
  public Histogram finish() {
    if (!byMean) {
      sum.divide(added);
    }
    return sum.toHistogram();
  }
}
