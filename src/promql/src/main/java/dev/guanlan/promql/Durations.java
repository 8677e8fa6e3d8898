package dev.guanlan.promql;

import java.util.List;

/** Reads and writes durations as Prometheus does: {@code 1h30m}, units in descending order. */
public final class Durations {

  private static final String[] UNITS = {"y", "w", "d", "h", "m", "s", "ms"};
  private static final long[] MILLIS = {
    365L * 24 * 3_600_000, 7L * 24 * 3_600_000, 24 * 3_600_000L, 3_600_000, 60_000, 1_000, 1
  };

  /** Longest duration, in milliseconds: what fits 64 bits of nanoseconds, as in Prometheus. */
  static final long MAX_MILLIS = Long.MAX_VALUE / 1_000_000;

  private Durations() {}

  /**
   * Returns a duration in milliseconds.
   *
   * @throws IllegalArgumentException if the text is no duration, or it is too long; the message is
   *     made for users
   */
  public static long parse(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("empty duration string");
    }
    if (text.equals("0")) {
      return 0;
    }
    long total = 0;
    int next = 0;
    int at = 0;
    while (at < text.length()) {
      int digits = at;
      while (at < text.length() && Lexer.isDigit(text.charAt(at))) {
        at++;
      }
      int letters = at;
      while (at < text.length() && !Lexer.isDigit(text.charAt(at))) {
        at++;
      }
      if (digits == letters || letters == at) {
        throw invalid(text);
      }
      String name = text.substring(letters, at);
      int unit = List.of(UNITS).indexOf(name);
      if (unit < 0) {
        throw new IllegalArgumentException(
            "unknown unit " + Quoting.quoted(name) + " in duration " + Quoting.quoted(text));
      }
      if (unit < next) {
        throw invalid(text);
      }
      long count = count(text.substring(digits, letters), text);
      long room = (MAX_MILLIS - total) / MILLIS[unit];
      if (Long.compareUnsigned(count, room) > 0) {
        throw new IllegalArgumentException("duration out of range");
      }
      total += count * MILLIS[unit];
      next = unit + 1;
    }
    return total;
  }

  private static IllegalArgumentException invalid(String text) {
    return new IllegalArgumentException("not a valid duration string: " + Quoting.quoted(text));
  }

  private static long count(String digits, String text) {
    try {
      return Long.parseUnsignedLong(digits);
    } catch (NumberFormatException e) {
      throw invalid(text);
    }
  }

  /**
   * Returns a duration in milliseconds, rid of what is shorter, as Prometheus' clocks are; a
   * nanosecond or a rounding error less than a whole number does not cost a millisecond.
   */
  static long millis(double seconds) {
    double millis = seconds * 1e3;
    double whole = Math.rint(millis);
    boolean close = Math.abs(millis - whole) <= Math.max(1e-6, 2 * Math.ulp(millis));
    return (long) (close ? whole : millis);
  }

  /**
   * Returns the shortest text for a duration; years and weeks only where they are exact.
   *
   * @param millis not negative
   */
  public static String format(long millis) {
    if (millis == 0) {
      return "0s";
    }
    StringBuilder text = new StringBuilder();
    long rest = millis;
    for (int i = 0; i < UNITS.length; i++) {
      boolean exactOnly = i < 2;
      if (rest >= MILLIS[i] && (!exactOnly || rest % MILLIS[i] == 0)) {
        text.append(rest / MILLIS[i]).append(UNITS[i]);
        rest %= MILLIS[i];
      }
    }
    return text.toString();
  }
}
