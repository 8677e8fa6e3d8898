package dev.guanlan.local.command.terminal;

import java.time.Duration;
import java.util.Locale;

/** Writes numbers, sizes and times the way people read them. */
public final class Figures {

  private Figures() {}

  /** Writes a count with separators: {@code 12,345}. */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** Writes a rate a second: whole from ten on, else with one digit. */
  public static String rate(double perSecond) {
    return perSecond >= 10 || perSecond == 0
        ? count(Math.round(perSecond))
        : String.format(Locale.ROOT, "%.1f", perSecond);
  }

  /** Writes a size in bytes with a binary unit: {@code 1.5 GiB}. */
  public static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double value = bytes;
    String[] units = {"KiB", "MiB", "GiB", "TiB"};
    int unit = -1;
    do {
      value /= 1024;
      unit++;
    } while (value >= 999.5 && unit < units.length - 1);
    return String.format(Locale.ROOT, value < 9.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
  }

  /** Writes a time span with the two units that matter: {@code 850 ms}, {@code 4.2 s}. */
  public static String duration(Duration span) {
    long millis = span.toMillis();
    if (millis < 0) {
      return "-" + duration(span.negated());
    }
    if (millis < 1000) {
      return millis + " ms";
    }
    if (millis < 59_950) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
    long seconds = (millis + 500) / 1000;
    if (seconds < 3600) {
      return String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
    }
    long minutes = seconds / 60;
    if (minutes < 48 * 60) {
      return String.format(Locale.ROOT, "%d h %02d min", minutes / 60, minutes % 60);
    }
    return String.format(Locale.ROOT, "%d d %02d h", minutes / 1440, minutes / 60 % 24);
  }

  /** Writes a time span as a clock does: {@code 1:05}, {@code 1:02:05}. */
  public static String clock(Duration span) {
    long seconds = Math.max(0, span.toSeconds());
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
        : String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
}
