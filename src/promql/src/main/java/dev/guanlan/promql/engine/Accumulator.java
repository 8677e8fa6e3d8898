package dev.guanlan.promql.engine;

import dev.guanlan.promql.Aggregator;

/**
 * Aggregates numbers into cells, one for each group and step: columns of primitive state, as many
 * as the aggregator needs.
 *
 * <p>hot: {@link #add} is called for each number; it must not allocate.
 */
abstract sealed class Accumulator {

  /** How many numbers each cell has taken. */
  final int[] counts;

  private Accumulator(int cells) {
    this.counts = new int[cells];
  }

  static Accumulator of(Aggregator aggregator, int cells) {
    return switch (aggregator) {
      case SUM -> new Sum(cells);
      case AVG -> new Average(cells);
      case COUNT -> new Count(cells);
      case GROUP -> new Group(cells);
      case MIN -> new Extreme(cells, true);
      case MAX -> new Extreme(cells, false);
      case STDVAR -> new Variance(cells, false);
      case STDDEV -> new Variance(cells, true);
      default -> throw new IllegalArgumentException(aggregator + " has no accumulator");
    };
  }

  abstract void add(int cell, double value);

  /** Returns the aggregate of a cell that has taken a number. */
  abstract double result(int cell);

  private static final class Sum extends Accumulator {
    private final double[] sums;
    private final double[] compensations;

    Sum(int cells) {
      super(cells);
      sums = new double[cells];
      compensations = new double[cells];
    }

    @Override
    void add(int cell, double value) {
      if (counts[cell]++ == 0) {
        sums[cell] = value;
        return;
      }
      double total = sums[cell] + value;
      compensations[cell] = KahanSum.compensate(value, sums[cell], compensations[cell], total);
      sums[cell] = total;
    }

    @Override
    double result(int cell) {
      return sums[cell] + compensations[cell];
    }
  }

  /** Averages by the sum, and by steps of the mean once the sum overflows. */
  private static final class Average extends Accumulator {
    private final double[] sums;
    private final double[] compensations;
    private final boolean[] byMean;

    Average(int cells) {
      super(cells);
      sums = new double[cells];
      compensations = new double[cells];
      byMean = new boolean[cells];
    }

    @Override
    void add(int cell, double value) {
      int count = ++counts[cell];
      if (count == 1) {
        sums[cell] = value;
        return;
      }
      double sum = sums[cell];
      if (!byMean[cell]) {
        double total = sum + value;
        if (!Double.isInfinite(total)) {
          compensations[cell] = KahanSum.compensate(value, sum, compensations[cell], total);
          sums[cell] = total;
          return;
        }
        byMean[cell] = true;
        sum /= count - 1;
        compensations[cell] /= count - 1;
      }
      double share = (count - 1.0) / count;
      double shrunk = share * sum;
      double mean = shrunk + value / count;
      compensations[cell] =
          KahanSum.compensate(value / count, shrunk, share * compensations[cell], mean);
      sums[cell] = mean;
    }

    @Override
    double result(int cell) {
      double divisor = byMean[cell] ? 1 : counts[cell];
      return sums[cell] / divisor + compensations[cell] / divisor;
    }
  }

  private static final class Count extends Accumulator {
    Count(int cells) {
      super(cells);
    }

    @Override
    void add(int cell, double value) {
      counts[cell]++;
    }

    @Override
    double result(int cell) {
      return counts[cell];
    }
  }

  private static final class Group extends Accumulator {
    Group(int cells) {
      super(cells);
    }

    @Override
    void add(int cell, double value) {
      counts[cell]++;
    }

    @Override
    double result(int cell) {
      return 1;
    }
  }

  private static final class Extreme extends Accumulator {
    private final boolean least;
    private final double[] best;

    Extreme(int cells, boolean least) {
      super(cells);
      this.least = least;
      this.best = new double[cells];
    }

    @Override
    void add(int cell, double value) {
      boolean better = least ? best[cell] > value : best[cell] < value;
      // Any number beats NaN.
      if (counts[cell]++ == 0 || better || Double.isNaN(best[cell])) {
        best[cell] = value;
      }
    }

    @Override
    double result(int cell) {
      return best[cell];
    }
  }

  /** Computes the variance by Welford's method. */
  private static final class Variance extends Accumulator {
    private final boolean root;
    private final double[] means;
    private final double[] squares;

    Variance(int cells, boolean root) {
      super(cells);
      this.root = root;
      this.means = new double[cells];
      this.squares = new double[cells];
    }

    @Override
    void add(int cell, double value) {
      int count = ++counts[cell];
      if (count == 1) {
        means[cell] = value;
        squares[cell] = Double.isNaN(value) || Double.isInfinite(value) ? Double.NaN : 0;
        return;
      }
      double delta = value - means[cell];
      means[cell] += delta / count;
      squares[cell] += delta * (value - means[cell]);
    }

    @Override
    double result(int cell) {
      double variance = squares[cell] / counts[cell];
      return root ? Math.sqrt(variance) : variance;
    }
  }
}
