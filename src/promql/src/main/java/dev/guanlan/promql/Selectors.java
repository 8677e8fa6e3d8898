package dev.guanlan.promql;

import java.util.ArrayList;
import java.util.List;

/** Finds out which samples an expression looks at. */
public final class Selectors {

  /** How far back an instant selector looks unless configured otherwise, in milliseconds. */
  public static final long DEFAULT_LOOKBACK_MILLIS = 300_000;

  private Selectors() {}

  /** Returns the window of every selector of an expression, with the default look-back. */
  public static List<SelectedWindow> of(Expression expression) {
    return of(expression, DEFAULT_LOOKBACK_MILLIS);
  }

  /**
   * Returns the window of every selector of an expression, in the order of the text.
   *
   * @param lookbackMillis how far back an instant selector looks, in milliseconds
   * @throws IllegalArgumentException if a selector is fixed with {@code @} to a point in time, so
   *     that no window moving with the evaluation time covers it; or if a duration expression
   *     yields no range at an instant
   */
  public static List<SelectedWindow> of(Expression expression, long lookbackMillis) {
    List<SelectedWindow> windows = new ArrayList<>();
    collect(ofInstantQuery(expression), lookbackMillis, 0, 0, windows);
    return windows;
  }

  private static Expression ofInstantQuery(Expression expression) {
    try {
      return DurationResolution.resolve(expression, 0, 0, 0);
    } catch (PromqlException e) {
      throw new IllegalArgumentException(
          "the durations of \"" + expression + "\" are not known at an instant: " + e.getMessage(),
          e);
    }
  }

  /**
   * Adds the windows below {@code expression}, which is evaluated between {@code back} before and
   * {@code ahead} after the evaluation time.
   */
  private static void collect(
      Expression expression, long lookback, long back, long ahead, List<SelectedWindow> windows) {
    if (expression instanceof Expression.VectorSelector selector) {
      add(selector, lookback, back, ahead + beyondEnd(selector, lookback), windows);
    } else if (expression instanceof Expression.RangeSelector range) {
      Expression.VectorSelector selector = range.selector();
      long beyondStart = selector.extension() == Extension.NONE ? 0 : lookback;
      add(
          selector,
          range.rangeMillis() + beyondStart,
          back,
          ahead + beyondEnd(selector, lookback),
          windows);
    } else if (expression instanceof Expression.Subquery subquery) {
      long offset = offset(subquery.shift(), subquery);
      collect(
          subquery.expression(),
          lookback,
          back + offset + subquery.rangeMillis(),
          ahead - offset,
          windows);
    } else if (expression instanceof Expression.Call call && call.function() == Function.INFO) {
      collect(call.arguments().get(0), lookback, back, ahead, windows);
      InfoSelector info = InfoSelector.of(call);
      add(info.matchers(), offset(info.shift(), call), lookback, back, ahead, windows);
    } else {
      for (Expression child : Trees.children(expression)) {
        collect(child, lookback, back, ahead, windows);
      }
    }
  }

  /** Returns how far ahead of its range a selector looks for a sample to interpolate with. */
  private static long beyondEnd(Expression.VectorSelector selector, long lookback) {
    return selector.extension() == Extension.SMOOTHED ? lookback : 0;
  }

  private static void add(
      Expression.VectorSelector selector,
      long length,
      long back,
      long ahead,
      List<SelectedWindow> windows) {
    add(selector.matchers(), offset(selector.shift(), selector), length, back, ahead, windows);
  }

  private static void add(
      List<Matcher> matchers,
      long offset,
      long length,
      long back,
      long ahead,
      List<SelectedWindow> windows) {
    windows.add(
        new SelectedWindow(
            matchers, Math.max(0, back + offset + length), Math.max(0, ahead - offset)));
  }

  private static long offset(Shift shift, Expression expression) {
    At at = shift.at();
    if (at != null && at.anchor() == At.Anchor.TIMESTAMP) {
      throw new IllegalArgumentException(
          "the selector \""
              + expression
              + "\" is fixed to a point in time; remove its @ modifier to evaluate it in a stream");
    }
    return shift.offsetMillis();
  }
}
