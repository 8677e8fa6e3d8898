package dev.guanlan.rules.template;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Prints times and durations as Go does. */
final class GoTime {

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private GoTime() {}

  /** Is a point in time, printed as Go's {@code time.Time}. */
  record Time(long millis) {
    @Override
    public String toString() {
      Instant instant = Instant.ofEpochMilli(millis);
      long fraction = Math.floorMod(millis, 1000L);
      String digits = String.format(Locale.ROOT, ".%03d", fraction).replaceFirst("\\.?0*$", "");
      return SECONDS.format(instant) + digits + " +0000 UTC";
    }
  }

  /** Is a length of time, printed as Go's {@code time.Duration}. */
  record Duration(long nanos) {
    @Override
    public String toString() {
      if (nanos == 0) {
        return "0s";
      }
      String sign = nanos < 0 ? "-" : "";
      double size = Math.abs((double) nanos);
      if (size < 1e3) {
        return sign + GoFormat.shortest(size) + "ns";
      }
      if (size < 1e6) {
        return sign + GoFormat.shortest(size / 1e3) + "µs";
      }
      if (size < 1e9) {
        return sign + GoFormat.shortest(size / 1e6) + "ms";
      }
      long seconds = Math.abs(nanos / 1_000_000_000);
      String fraction =
          String.format(Locale.ROOT, ".%09d", Math.abs(nanos % 1_000_000_000))
              .replaceFirst("\\.?0*$", "");
      String text = seconds % 60 + fraction + "s";
      if (seconds >= 60) {
        text = seconds / 60 % 60 + "m" + text;
      }
      if (seconds >= 3600) {
        text = seconds / 3600 + "h" + text;
      }
      return sign + text;
    }
  }
}
