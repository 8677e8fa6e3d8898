package dev.guanlan.promql.engine;

import dev.guanlan.promql.Function;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Computes the functions over ranges, as {@code promql/functions.go} of Prometheus defines them.
 *
 * <p>hot: called once for each series and step; allocates nothing.
 */
final class RangeFunctions {

  private static final Map<Function, RangeFunction> ALL = new EnumMap<>(Function.class);

  static {
    ALL.put(Function.RATE, window -> Extrapolation.of(window, true, true));
    ALL.put(Function.INCREASE, window -> Extrapolation.of(window, true, false));
    ALL.put(Function.DELTA, window -> Extrapolation.of(window, false, false));
    ALL.put(Function.IRATE, window -> lastTwo(window, true));
    ALL.put(Function.IDELTA, window -> lastTwo(window, false));
    ALL.put(Function.AVG_OVER_TIME, RangeFunctions::average);
    ALL.put(Function.SUM_OVER_TIME, RangeFunctions::sum);
    ALL.put(Function.MIN_OVER_TIME, window -> window.values[least(window, false)]);
    ALL.put(Function.MAX_OVER_TIME, window -> window.values[greatest(window, false)]);
    ALL.put(Function.COUNT_OVER_TIME, Window::length);
    ALL.put(Function.PRESENT_OVER_TIME, window -> 1);
    ALL.put(Function.ABSENT_OVER_TIME, window -> 1);
    ALL.put(Function.FIRST_OVER_TIME, window -> window.values[window.from]);
    ALL.put(Function.LAST_OVER_TIME, window -> window.values[window.to - 1]);
    ALL.put(Function.TS_OF_FIRST_OVER_TIME, window -> window.timestamps[window.from] / 1e3);
    ALL.put(Function.TS_OF_LAST_OVER_TIME, window -> window.timestamps[window.to - 1] / 1e3);
    ALL.put(Function.TS_OF_MIN_OVER_TIME, w -> w.timestamps[least(w, true)] / 1e3);
    ALL.put(Function.TS_OF_MAX_OVER_TIME, w -> w.timestamps[greatest(w, true)] / 1e3);
    ALL.put(Function.CHANGES, RangeFunctions::changes);
    ALL.put(Function.RESETS, RangeFunctions::resets);
    ALL.put(Function.STDVAR_OVER_TIME, RangeFunctions::variance);
    ALL.put(Function.STDDEV_OVER_TIME, window -> Math.sqrt(variance(window)));
    ALL.put(
        Function.QUANTILE_OVER_TIME,
        window -> Quantiles.of(window.parameters[0], window.sorted(), window.length()));
    ALL.put(Function.MAD_OVER_TIME, RangeFunctions::medianDeviation);
    ALL.put(Function.DERIV, LinearRegression::slope);
    ALL.put(Function.PREDICT_LINEAR, LinearRegression::predict);
    ALL.put(Function.DOUBLE_EXPONENTIAL_SMOOTHING, Smoothing::of);
  }

  private RangeFunctions() {}

  static @Nullable RangeFunction of(Function function) {
    return ALL.get(function);
  }

  /** Returns a function that there must be. */
  static RangeFunction required(Function function) {
    RangeFunction known = ALL.get(function);
    if (known == null) {
      throw new IllegalArgumentException(function.text() + " is no function over ranges");
    }
    return known;
  }

  /** Returns the form of a function that may remember the windows that it has seen of a series. */
  static RangeFunction sliding(Function function) {
    return switch (function) {
      case MIN_OVER_TIME -> new SlidingExtreme(true);
      case MAX_OVER_TIME -> new SlidingExtreme(false);
      case RATE -> new SlidingRate(true);
      case INCREASE -> new SlidingRate(false);
      default -> required(function);
    };
  }

  private static double lastTwo(Window window, boolean counter) {
    if (window.length() < 2) {
      return StepMatrix.ABSENT;
    }
    int last = window.to - 1;
    double value = window.values[last];
    double previous = window.values[last - 1];
    // After a reset of a counter all it shows has come since.
    boolean reset = counter && (value < previous || window.startsAnew(last));
    double difference = reset ? value : value - previous;
    long millis = window.timestamps[last] - window.timestamps[last - 1];
    return counter ? difference / (millis / 1e3) : difference;
  }

  private static double sum(Window window) {
    double sum = 0;
    double compensation = 0;
    for (int i = window.from; i < window.to; i++) {
      double total = sum + window.values[i];
      compensation = KahanSum.compensate(window.values[i], sum, compensation, total);
      sum = total;
    }
    return Double.isInfinite(sum) ? sum : sum + compensation;
  }

  /** Averages by the sum, and by steps of the mean once the sum overflows. */
  private static double average(Window window) {
    double sum = window.values[window.from];
    double compensation = 0;
    double mean = 0;
    double count = 1;
    boolean byMean = false;
    for (int i = window.from + 1; i < window.to; i++) {
      double value = window.values[i];
      count++;
      if (!byMean) {
        double total = sum + value;
        if (!Double.isInfinite(total)) {
          compensation = KahanSum.compensate(value, sum, compensation, total);
          sum = total;
          continue;
        }
        byMean = true;
        mean = sum / (count - 1);
        compensation /= count - 1;
      }
      double share = (count - 1) / count;
      double shrunk = share * mean;
      double next = shrunk + value / count;
      compensation = KahanSum.compensate(value / count, shrunk, share * compensation, next);
      mean = next;
    }
    return byMean ? mean + compensation : sum / count + compensation / count;
  }

  private static int least(Window window, boolean last) {
    int best = window.from;
    for (int i = window.from; i < window.to; i++) {
      double value = window.values[i];
      double least = window.values[best];
      if (value < least || Double.isNaN(least) || (last && value == least)) {
        best = i;
      }
    }
    return best;
  }

  private static int greatest(Window window, boolean last) {
    int best = window.from;
    for (int i = window.from; i < window.to; i++) {
      double value = window.values[i];
      double greatest = window.values[best];
      if (value > greatest || Double.isNaN(greatest) || (last && value == greatest)) {
        best = i;
      }
    }
    return best;
  }

  private static double changes(Window window) {
    int changes = 0;
    for (int i = window.from + 1; i < window.to; i++) {
      double value = window.values[i];
      double previous = window.values[i - 1];
      if (value != previous && !(Double.isNaN(value) && Double.isNaN(previous))) {
        changes++;
      }
    }
    return changes;
  }

  private static double resets(Window window) {
    int resets = 0;
    for (int i = window.from + 1; i < window.to; i++) {
      if (window.values[i] < window.values[i - 1] || window.startsAnew(i)) {
        resets++;
      }
    }
    return resets;
  }

  private static double variance(Window window) {
    double count = 0;
    double mean = 0;
    double meanRest = 0;
    double squares = 0;
    double squaresRest = 0;
    for (int i = window.from; i < window.to; i++) {
      double value = window.values[i];
      count++;
      double delta = value - (mean + meanRest);
      double step = delta / count;
      double nextMean = mean + step;
      meanRest = KahanSum.compensate(step, mean, meanRest, nextMean);
      mean = nextMean;
      double square = delta * (value - (mean + meanRest));
      double nextSquares = squares + square;
      squaresRest = KahanSum.compensate(square, squares, squaresRest, nextSquares);
      squares = nextSquares;
    }
    return (squares + squaresRest) / count;
  }

  private static double medianDeviation(Window window) {
    int count = window.length();
    double[] sorted = window.sorted();
    if (Double.isNaN(sorted[0])) {
      return Double.NaN;
    }
    double median = Quantiles.of(0.5, sorted, count);
    window.copy();
    double[] deviations = window.scratch();
    for (int i = 0; i < count; i++) {
      deviations[i] = Math.abs(deviations[i] - median);
    }
    Quantiles.sort(deviations, count);
    return Quantiles.of(0.5, deviations, count);
  }
}
