package dev.guanlan.topology;

import dev.guanlan.model.Labels;
import java.util.Set;

/**
 * Sums up the calls from one service to another within one window of time.
 *
 * @param count how many calls
 * @param errors how many of them failed
 * @param durationSumMillis how long they took together, in milliseconds
 * @param durationMaxMillis how long the longest took, in milliseconds
 */
public record CallStatistics(
    long count, long errors, double durationSumMillis, double durationMaxMillis) {

  /** No calls. */
  public static final CallStatistics NONE = new CallStatistics(0, 0, 0, 0);

  /** Attribute of a {@code calls} relation: how many calls the window had. */
  public static final String COUNT = "count";

  /** Attribute of a {@code calls} relation: how many calls of the window failed. */
  public static final String ERRORS = "errors";

  /** Attribute of a {@code calls} relation: how long the calls took together, in milliseconds. */
  public static final String DURATION_SUM = "duration_sum_ms";

  /** Attribute of a {@code calls} relation: how long the longest call took, in milliseconds. */
  public static final String DURATION_MAX = "duration_max_ms";

  /** Attribute of a {@code calls} relation: how long the window was, in milliseconds. */
  public static final String WINDOW = "window_ms";

  /** The attributes whose values are numbers. */
  public static final Set<String> NUMBERS =
      Set.of(COUNT, ERRORS, DURATION_SUM, DURATION_MAX, WINDOW);

  /** Returns these statistics with one call more. */
  public CallStatistics plus(Call call) {
    return new CallStatistics(
        count + 1,
        errors + (call.failed() ? 1 : 0),
        durationSumMillis + call.durationMillis(),
        Math.max(durationMaxMillis, call.durationMillis()));
  }

  /** Returns the attributes of a {@code calls} relation over a window of so many milliseconds. */
  public Labels attributes(long windowMillis) {
    return Labels.of(
        COUNT, Long.toString(count),
        DURATION_MAX, Double.toString(durationMaxMillis),
        DURATION_SUM, Double.toString(durationSumMillis),
        ERRORS, Long.toString(errors),
        WINDOW, Long.toString(windowMillis));
  }
}
