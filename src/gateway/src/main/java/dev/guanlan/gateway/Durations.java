package dev.guanlan.gateway;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads durations such as {@code 500ms}, {@code 10s} and {@code 2m}. */
final class Durations implements ITypeConverter<Duration> {

  private static final int MAX_DIGITS = 9;

  @Override
  public Duration convert(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    if (digits > 0 && digits <= MAX_DIGITS) {
      int count = Integer.parseInt(text.substring(0, digits));
      Duration duration =
          switch (text.substring(digits)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ZERO;
          };
      if (duration.compareTo(Duration.ZERO) > 0 && duration.compareTo(Duration.ofHours(1)) <= 0) {
        return duration;
      }
    }
    throw new TypeConversionException(
        "'"
            + text
            + "' is not a duration; write a number up to an hour with ms, s or m, as in 10s");
  }
}
