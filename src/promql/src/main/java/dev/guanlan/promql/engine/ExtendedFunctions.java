package dev.guanlan.promql.engine;

import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Extension;
import dev.guanlan.promql.Function;

/**
 * Computes functions over ranges that are {@code anchored} or {@code smoothed}. Their windows reach
 * beyond the range by the look-back: before it, and after it too where they are smoothed.
 */
final class ExtendedFunctions {

  private ExtendedFunctions() {}

  /**
   * Checks that a function can be computed over an extended range.
   *
   * @throws EvaluationException if it cannot
   */
  static void check(Expression.Call call, Extension extension) throws EvaluationException {
    boolean known =
        switch (call.function()) {
          case RATE, INCREASE, DELTA -> true;
          case CHANGES, RESETS -> extension != Extension.SMOOTHED;
          default -> extension == Extension.NONE;
        };
    if (!known) {
      boolean smoothed = extension == Extension.SMOOTHED;
      throw new EvaluationException(
          EvaluationException.Kind.EXECUTION,
          extension.text()
              + " modifier can only be used with: "
              + (smoothed ? "delta, increase, rate" : "changes, delta, increase, rate, resets")
              + " - not with "
              + call.function().text(),
          call.position());
    }
  }

  /** Returns the form of a function for series of numbers alone. */
  static RangeFunction of(Function function, Extension extension) {
    boolean smoothed = extension == Extension.SMOOTHED;
    return switch (function) {
      case RATE -> window -> ExtendedRates.of(window, smoothed, true, true);
      case INCREASE -> window -> ExtendedRates.of(window, smoothed, true, false);
      case DELTA -> window -> ExtendedRates.of(window, smoothed, false, false);
      default -> anchored(RangeFunctions.required(function));
    };
  }

  /** Counts from the newest sample before the range on, if there is one in the range. */
  private static RangeFunction anchored(RangeFunction function) {
    return window -> {
      int after = after(window);
      if (after == window.to) {
        return StepMatrix.ABSENT;
      }
      window.from = Math.max(window.from, after - 1);
      return function.apply(window);
    };
  }

  private static int after(Window window) {
    return ExtendedRates.firstFrom(
        window.timestamps, window.from, window.to, window.startMillis + 1);
  }

  /** Returns the form of a function for series that have histograms. */
  static MixedFunction mixed(Function function, Extension extension) {
    return switch (function) {
      case RATE -> mixedRate(function, extension, true, true);
      case INCREASE -> mixedRate(function, extension, true, false);
      case DELTA -> mixedRate(function, extension, false, false);
      default -> anchored(MixedFunctions.of(function));
    };
  }

  private static MixedFunction mixedRate(
      Function function, Extension extension, boolean counter, boolean perSecond) {
    RangeFunction numeric = of(function, extension);
    boolean smoothed = extension == Extension.SMOOTHED;
    return (numbers, histograms, remarks) -> {
      if (histograms.length() == 0) {
        return numeric.apply(numbers);
      }
      if (numbers.length() > 0) {
        remarks.mixed();
        return StepMatrix.ABSENT;
      }
      return new ExtendedHistogramRates(numbers, histograms, remarks, smoothed, counter)
          .compute(perSecond);
    };
  }

  /** Counts from the newest sample before the range on, be it a number or a histogram. */
  private static MixedFunction anchored(MixedFunction function) {
    return (numbers, histograms, remarks) -> {
      int number = after(numbers);
      int histogram =
          ExtendedRates.firstFrom(
              histograms.timestamps, histograms.from, histograms.to, numbers.startMillis + 1);
      if (number == numbers.to && histogram == histograms.to) {
        return StepMatrix.ABSENT;
      }
      boolean numberBefore = number > numbers.from;
      boolean histogramBefore = histogram > histograms.from;
      boolean numberIsNewer =
          numberBefore
              && (!histogramBefore
                  || numbers.timestamps[number - 1] >= histograms.timestamps[histogram - 1]);
      numbers.from = numberIsNewer ? number - 1 : number;
      histograms.from = histogramBefore && !numberIsNewer ? histogram - 1 : histogram;
      return function.apply(numbers, histograms, remarks);
    };
  }
}
