package dev.guanlan.promql.engine;

/**
 * Computes {@code rate}, {@code increase} and {@code delta} over an extended range: the difference
 * between the values at its two ends, which are not guessed but taken from the samples around them
 * ({@code extendedRate} in Prometheus' {@code promql/functions.go}).
 */
final class ExtendedRates {

  private ExtendedRates() {}

  static double of(Window window, boolean smoothed, boolean counter, boolean perSecond) {
    long[] times = window.timestamps;
    int last = window.to - 1;
    int first = first(times, window.from, last, window.startMillis);
    if (smoothed) {
      last = firstFrom(times, window.from, last, window.endMillis);
    }
    if (times[last] <= window.startMillis || (smoothed && times[first] > window.endMillis)) {
      return StepMatrix.ABSENT;
    }
    double left = window.values[first];
    if (smoothed && times[first] < window.startMillis) {
      left = between(window, first, window.startMillis, counter);
    }
    double right = window.values[last];
    if (smoothed && last > window.from && times[last] > window.endMillis) {
      right = between(window, last - 1, window.endMillis, counter);
    }
    double difference = right - left;
    if (counter) {
      // The samples at the ends, or beyond them, are in the values there already.
      int from = times[first] <= window.startMillis ? first + 1 : first;
      int to = times[last] >= window.endMillis ? last : last + 1;
      difference += lostInResets(window, left, from, to, right);
    }
    return perSecond ? difference / window.rangeSeconds() : difference;
  }

  /** Returns the index of the newest sample at or before a time, or the first one there is. */
  static int first(long[] times, int from, int last, long millis) {
    return Math.max(from, firstFrom(times, from, last, millis + 1) - 1);
  }

  /** Returns the first index whose time is not before a time, or {@code to}. */
  static int firstFrom(long[] times, int from, int to, long millis) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (times[middle] < millis) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static double between(Window window, int index, long millis, boolean counter) {
    return interpolate(
        window.timestamps[index],
        window.values[index],
        window.timestamps[index + 1],
        window.values[index + 1],
        millis,
        counter);
  }

  /** Returns the value on the line between two samples; a counter that was reset began at 0. */
  static double interpolate(
      long leftMillis, double left, long rightMillis, double right, long millis, boolean counter) {
    double begin = counter && right < left ? 0 : left;
    return begin + (right - begin) * (millis - leftMillis) / (rightMillis - leftMillis);
  }

  private static double lostInResets(Window window, double left, int from, int to, double right) {
    double lost = 0;
    double previous = left;
    for (int i = from; i < to; i++) {
      double value = window.values[i];
      if (value < previous) {
        lost += previous;
      }
      previous = value;
    }
    return right < previous ? lost + previous : lost;
  }
}
