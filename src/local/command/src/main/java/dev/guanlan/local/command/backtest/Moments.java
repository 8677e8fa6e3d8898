package dev.guanlan.local.command.backtest;

import dev.guanlan.promql.Durations;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/** Reads times as users write them. */
public final class Moments {

  private static final String AGO = " ago";

  private Moments() {}

  /**
   * Reads {@code now}, a time of RFC 3339 such as {@code 2026-11-28T10:00:00Z}, or how long ago it
   * is: {@code -7d}, {@code 7d ago}, with Prometheus' durations.
   *
   * @return milliseconds since the epoch
   * @throws IllegalArgumentException with what to give instead
   */
  public static long parse(String text, Instant now) {
    String written = text.strip();
    if (written.equals("now")) {
      return now.toEpochMilli();
    }
    boolean minus = written.startsWith("-");
    try {
      if (minus || written.endsWith(AGO)) {
        String duration =
            minus
                ? written.substring(1)
                : written.substring(0, written.length() - AGO.length()).strip();
        return now.toEpochMilli() - Durations.parse(duration);
      }
      return OffsetDateTime.parse(written).toInstant().toEpochMilli();
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'%s' is no time; give one such as 2026-11-28T10:00:00Z, -7d, '90m ago' or now"
              .formatted(text),
          e);
    }
  }
}
