package dev.guanlan.gateway.push;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Reads the header {@code grpc-timeout}: up to eight digits and a unit. */
final class GrpcTimeout {

  private static final int MAX_DIGITS = 8;

  private GrpcTimeout() {}

  /** Returns the duration, at least a millisecond; null if the text is none. */
  static @Nullable Duration parse(String text) {
    int digits = text.length() - 1;
    if (digits < 1 || digits > MAX_DIGITS) {
      return null;
    }
    long count = 0;
    for (int i = 0; i < digits; i++) {
      char digit = text.charAt(i);
      if (digit < '0' || digit > '9') {
        return null;
      }
      count = count * 10 + (digit - '0');
    }
    ChronoUnit unit =
        switch (text.charAt(digits)) {
          case 'H' -> ChronoUnit.HOURS;
          case 'M' -> ChronoUnit.MINUTES;
          case 'S' -> ChronoUnit.SECONDS;
          case 'm' -> ChronoUnit.MILLIS;
          case 'u' -> ChronoUnit.MICROS;
          case 'n' -> ChronoUnit.NANOS;
          default -> null;
        };
    if (unit == null) {
      return null;
    }
    Duration duration = Duration.of(count, unit);
    return duration.toMillis() < 1 ? Duration.ofMillis(1) : duration;
  }
}
