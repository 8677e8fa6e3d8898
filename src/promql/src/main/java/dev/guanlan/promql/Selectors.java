package dev.guanlan.promql;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
   * @throws IllegalArgumentException if a duration expression yields no range at an instant
   */
  public static List<SelectedWindow> of(Expression expression, long lookbackMillis) {
    List<SelectedWindow> windows = new ArrayList<>();
    collect(ofInstantQuery(expression), lookbackMillis, Times.MOVING, windows);
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
   * Is when an expression is evaluated.
   *
   * @param anchor a fixed time in milliseconds since the epoch, or null for the evaluation time
   * @param back how long before that at first, in milliseconds
   * @param ahead how long after that at last
   */
  private record Times(@Nullable Long anchor, long back, long ahead) {

    private static final Times MOVING = new Times(null, 0, 0);

    /** Returns when a selector looks that stands here. */
    private Times shifted(Shift shift) {
      At at = shift.at();
      Times from =
          at == null
              ? this
              : at.anchor() == At.Anchor.TIMESTAMP
                  ? new Times(at.millis(), 0, 0)
                  // At an instant there is one step, the first and the last.
                  : MOVING;
      return new Times(
          from.anchor, from.back + shift.offsetMillis(), from.ahead - shift.offsetMillis());
    }

    private Times plus(long moreBack, long moreAhead) {
      return new Times(anchor, back + moreBack, ahead + moreAhead);
    }

    private SelectedWindow window(List<Matcher> matchers) {
      return anchor == null
          ? new SelectedWindow(matchers, Math.max(0, back), Math.max(0, ahead))
          : new SelectedWindow(
              matchers, new SelectedWindow.Interval(anchor - back, anchor + ahead));
    }
  }

  /** Adds the windows below {@code expression}. */
  private static void collect(
      Expression expression, long lookback, Times times, List<SelectedWindow> windows) {
    if (expression instanceof Expression.VectorSelector selector) {
      windows.add(window(selector, lookback, lookback, times));
    } else if (expression instanceof Expression.RangeSelector range) {
      Expression.VectorSelector selector = range.selector();
      long beyondStart = selector.extension() == Extension.NONE ? 0 : lookback;
      windows.add(window(selector, range.rangeMillis() + beyondStart, lookback, times));
    } else if (expression instanceof Expression.Subquery subquery) {
      collect(
          subquery.expression(),
          lookback,
          times.shifted(subquery.shift()).plus(subquery.rangeMillis(), 0),
          windows);
    } else if (expression instanceof Expression.Call call && call.function() == Function.INFO) {
      collect(call.arguments().get(0), lookback, times, windows);
      InfoSelector info = InfoSelector.of(call);
      windows.add(times.shifted(info.shift()).plus(lookback, 0).window(info.matchers()));
    } else {
      for (Expression child : Trees.children(expression)) {
        collect(child, lookback, times, windows);
      }
    }
  }

  private static SelectedWindow window(
      Expression.VectorSelector selector, long length, long lookback, Times times) {
    // One that is smoothed looks ahead of its range for a sample to interpolate with.
    long beyondEnd = selector.extension() == Extension.SMOOTHED ? lookback : 0;
    return times.shifted(selector.shift()).plus(length, beyondEnd).window(selector.matchers());
  }
}
