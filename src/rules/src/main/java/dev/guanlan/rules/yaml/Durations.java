package dev.guanlan.rules.yaml;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;

/** Reads durations as Prometheus writes them: {@code 1h30m}, {@code 15s}, {@code 250ms}. */
public final class Durations {

  private static final Pattern FORMAT =
      Pattern.compile(
          "(?:([0-9]+)y)?(?:([0-9]+)w)?(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?"
              + "(?:([0-9]+)ms)?");
  private static final long[] UNITS = {
    365L * 86_400_000, 7L * 86_400_000, 86_400_000, 3_600_000, 60_000, 1000, 1
  };
  private static final String[] NAMES = {"y", "w", "d", "h", "m", "s", "ms"};
  // Prometheus counts nanoseconds in 64 bits, and so refuses what is longer than about 292 years.
  private static final long LONGEST = Long.MAX_VALUE / 1_000_000;

  private Durations() {}

  /**
   * Reads a duration in milliseconds.
   *
   * @throws IllegalArgumentException if the text is none; the message is for the user
   */
  public static long parseMillis(String text) {
    if (text.equals("0")) {
      return 0;
    }
    Matcher match = FORMAT.matcher(text);
    if (text.isEmpty() || !match.matches()) {
      throw new IllegalArgumentException(
          "not a valid duration: "
              + Quoted.of(text)
              + "; write a number and a unit such as 30s, 5m or 1h30m");
    }
    long millis = 0;
    try {
      for (int i = 0; i < UNITS.length; i++) {
        String number = match.group(i + 1);
        if (number != null) {
          millis = Math.addExact(millis, Math.multiplyExact(Long.parseLong(number), UNITS[i]));
        }
      }
    } catch (ArithmeticException | NumberFormatException e) {
      millis = Long.MAX_VALUE;
    }
    if (millis > LONGEST) {
      throw new IllegalArgumentException(
          "duration out of range: " + Quoted.of(text) + "; the longest is 292y");
    }
    return millis;
  }

  /** Writes a duration as Prometheus does: years and weeks only where nothing is left over. */
  public static String format(long millis) {
    if (millis == 0) {
      return "0s";
    }
    StringBuilder text = new StringBuilder();
    long rest = millis;
    for (int i = 0; i < UNITS.length; i++) {
      boolean exactOnly = i < 2;
      if (rest >= UNITS[i] && !(exactOnly && rest % UNITS[i] != 0)) {
        text.append(rest / UNITS[i]).append(NAMES[i]);
        rest %= UNITS[i];
      }
    }
    return text.toString();
  }
}
