package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import dev.guanlan.promql.Function;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Computes the functions over ranges of series that have native histograms, as {@code
 * promql/functions.go} of Prometheus defines them. Series of numbers alone never get here: {@link
 * RangeFunctions} are for them.
 */
final class MixedFunctions {

  private static final Map<Function, MixedFunction> ALL = new EnumMap<>(Function.class);

  static {
    ALL.put(Function.RATE, unmixed(Function.RATE, HistogramRates::rate));
    ALL.put(Function.INCREASE, unmixed(Function.INCREASE, HistogramRates::increase));
    ALL.put(Function.DELTA, unmixed(Function.DELTA, HistogramRates::delta));
    ALL.put(Function.IRATE, lastTwo(Function.IRATE, true));
    ALL.put(Function.IDELTA, lastTwo(Function.IDELTA, false));
    ALL.put(Function.SUM_OVER_TIME, unmixed(Function.SUM_OVER_TIME, HistogramTotals::sum));
    ALL.put(Function.AVG_OVER_TIME, unmixed(Function.AVG_OVER_TIME, HistogramTotals::average));
    ALL.put(
        Function.COUNT_OVER_TIME,
        (numbers, histograms, remarks) -> (double) numbers.length() + histograms.length());
    ALL.put(Function.PRESENT_OVER_TIME, (numbers, histograms, remarks) -> 1);
    ALL.put(Function.ABSENT_OVER_TIME, (numbers, histograms, remarks) -> 1);
    ALL.put(Function.FIRST_OVER_TIME, MixedFunctions::first);
    ALL.put(Function.LAST_OVER_TIME, MixedFunctions::last);
    ALL.put(Function.TS_OF_FIRST_OVER_TIME, MixedFunctions::timeOfFirst);
    ALL.put(Function.TS_OF_LAST_OVER_TIME, MixedFunctions::timeOfLast);
    ALL.put(Function.CHANGES, MixedFunctions::changes);
    ALL.put(Function.RESETS, MixedFunctions::resets);
  }

  private MixedFunctions() {}

  /** Returns the form of a function that can meet histograms. */
  static MixedFunction of(Function function) {
    MixedFunction mixed = ALL.get(function);
    return mixed == null ? ofNumbersAlone(RangeFunctions.required(function)) : mixed;
  }

  /** Ignores the histograms. */
  private static MixedFunction ofNumbersAlone(RangeFunction numeric) {
    return (numbers, histograms, remarks) -> {
      if (numbers.length() == 0) {
        return StepMatrix.ABSENT;
      }
      if (histograms.length() > 0) {
        remarks.ignored();
      }
      return numeric.apply(numbers);
    };
  }

  /** Has no result where numbers and histograms are mixed. */
  private static MixedFunction unmixed(Function function, MixedFunction ofHistograms) {
    RangeFunction numeric = RangeFunctions.required(function);
    return (numbers, histograms, remarks) -> {
      if (histograms.length() == 0) {
        return numeric.apply(numbers);
      }
      if (numbers.length() > 0) {
        remarks.mixed();
        return StepMatrix.ABSENT;
      }
      return ofHistograms.apply(numbers, histograms, remarks);
    };
  }

  private static MixedFunction lastTwo(Function function, boolean counter) {
    RangeFunction numeric = RangeFunctions.required(function);
    return (numbers, histograms, remarks) -> {
      long latestNumber = time(numbers, numbers.to - 1);
      long latestHistogram = time(histograms, histograms.to - 1);
      if (time(numbers, numbers.to - 2) > latestHistogram) {
        return numeric.apply(numbers);
      }
      if (time(histograms, histograms.to - 2) > latestNumber) {
        return HistogramRates.lastTwo(histograms, remarks, counter);
      }
      if (numbers.length() > 0 && histograms.length() > 0) {
        remarks.mixed();
      }
      return StepMatrix.ABSENT;
    };
  }

  /** Returns when a number was, or the least time if the index is before the range. */
  private static long time(Window numbers, int index) {
    return index < numbers.from ? Long.MIN_VALUE : numbers.timestamps[index];
  }

  private static long time(HistogramWindow histograms, int index) {
    return index < histograms.from ? Long.MIN_VALUE : histograms.timestamps[index];
  }

  private static double first(Window numbers, HistogramWindow histograms, RangeRemarks remarks) {
    boolean numberFirst =
        histograms.length() == 0
            || (numbers.length() > 0
                && numbers.timestamps[numbers.from] < histograms.timestamps[histograms.from]);
    return numberFirst ? numbers.values[numbers.from] : histograms.put(histograms.first());
  }

  private static double last(Window numbers, HistogramWindow histograms, RangeRemarks remarks) {
    return time(numbers, numbers.to - 1) > time(histograms, histograms.to - 1)
        ? numbers.values[numbers.to - 1]
        : histograms.put(histograms.last());
  }

  private static double timeOfFirst(
      Window numbers, HistogramWindow histograms, RangeRemarks remarks) {
    long number = numbers.length() == 0 ? Long.MAX_VALUE : numbers.timestamps[numbers.from];
    long histogram =
        histograms.length() == 0 ? Long.MAX_VALUE : histograms.timestamps[histograms.from];
    return Math.min(number, histogram) / 1e3;
  }

  private static double timeOfLast(
      Window numbers, HistogramWindow histograms, RangeRemarks remarks) {
    return Math.max(time(numbers, numbers.to - 1), time(histograms, histograms.to - 1)) / 1e3;
  }

  private static double changes(Window numbers, HistogramWindow histograms, RangeRemarks remarks) {
    return count(
        numbers,
        histograms,
        i -> {
          double value = numbers.values[i];
          double previous = numbers.values[i - 1];
          return value != previous && !(Double.isNaN(value) && Double.isNaN(previous));
        },
        i -> !isSame(histograms.histogram(i), histograms.histogram(i - 1)));
  }

  private static boolean isSame(Histogram left, Histogram right) {
    return left.withResetHint(ResetHint.UNKNOWN).equals(right.withResetHint(ResetHint.UNKNOWN));
  }

  private static double resets(Window numbers, HistogramWindow histograms, RangeRemarks remarks) {
    return count(
        numbers,
        histograms,
        i -> numbers.values[i] < numbers.values[i - 1] || numbers.startsAnew(i),
        histograms::isReset);
  }

  /**
   * Counts samples by what came before them: all that follow one of the other kind, and of those
   * that follow one of their own those that a condition holds for.
   */
  private static int count(
      Window numbers,
      HistogramWindow histograms,
      IntPredicate numberCounts,
      IntPredicate histogramCounts) {
    int count = 0;
    int number = numbers.from;
    int histogram = histograms.from;
    boolean afterNumber = false;
    while (number < numbers.to || histogram < histograms.to) {
      boolean first = number == numbers.from && histogram == histograms.from;
      boolean isNumber =
          histogram == histograms.to
              || (number < numbers.to
                  && numbers.timestamps[number] < histograms.timestamps[histogram]);
      if (!first) {
        boolean counts =
            isNumber != afterNumber
                || (isNumber ? numberCounts.test(number) : histogramCounts.test(histogram));
        count += counts ? 1 : 0;
      }
      number += isNumber ? 1 : 0;
      histogram += isNumber ? 0 : 1;
      afterNumber = isNumber;
    }
    return count;
  }
}
