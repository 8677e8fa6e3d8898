package dev.guanlan.rules.template;

import dev.guanlan.model.histogram.Histogram;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Holds what can be asked of values that are objects in Go: times, durations, histograms. A field
 * is a method without arguments here.
 */
final class Methods {

  private Methods() {}

  /** Is a month or a day of the week: a number that is printed by its name. */
  record Named(long number, String name) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Tells whether a value is an object that has methods. */
  static boolean has(@Nullable Object receiver) {
    return receiver instanceof GoTime.Time
        || receiver instanceof GoTime.Duration
        || receiver instanceof Histogram;
  }

  /**
   * Calls a method.
   *
   * @throws TemplateException if there is none, or it takes other arguments
   */
  static Object call(
      @Nullable Object receiver, String name, List<@Nullable Object> arguments, int offset)
      throws TemplateException {
    Object result = null;
    if (receiver instanceof GoTime.Time time) {
      result =
          switch (arguments.size()) {
            case 0 -> of(time, name);
            case 1 -> of(time, name, arguments.get(0));
            default -> null;
          };
    } else if (receiver instanceof GoTime.Duration duration) {
      result =
          switch (arguments.size()) {
            case 0 -> of(duration, name);
            case 1 -> of(duration, name, arguments.get(0));
            default -> null;
          };
    } else if (receiver instanceof Histogram histogram && arguments.isEmpty()) {
      result = of(histogram, name);
    }
    if (result == null) {
      throw new TemplateException(
          arguments.isEmpty()
              ? "can't evaluate field " + name + " of " + GoFormat.print(receiver)
              : name + " of " + GoFormat.print(receiver) + " cannot be called with these arguments",
          offset);
    }
    return result;
  }

  private static @Nullable Object of(GoTime.Time time, String name) {
    ZonedDateTime date = Instant.ofEpochMilli(time.millis()).atZone(ZoneOffset.UTC);
    return switch (name) {
      case "Year" -> (long) date.getYear();
      case "Month" ->
          new Named(
              date.getMonthValue(), date.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH));
      case "Day" -> (long) date.getDayOfMonth();
      case "YearDay" -> (long) date.getDayOfYear();
      case "Weekday" ->
          new Named(
              date.getDayOfWeek().getValue() % 7,
              date.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH));
      case "Hour" -> (long) date.getHour();
      case "Minute" -> (long) date.getMinute();
      case "Second" -> (long) date.getSecond();
      case "Nanosecond" -> (long) date.getNano();
      case "Unix" -> Math.floorDiv(time.millis(), 1000L);
      case "UnixMilli" -> time.millis();
      case "UnixMicro" -> time.millis() * 1000;
      case "UnixNano" -> time.millis() * 1_000_000;
      case "UTC", "Local" -> time;
      case "IsZero" -> false;
      case "String" -> time.toString();
      default -> null;
    };
  }

  private static @Nullable Object of(GoTime.Time time, String name, @Nullable Object argument) {
    if (argument instanceof String layout) {
      return name.equals("Format") ? GoLayout.format(time.millis(), layout) : null;
    }
    if (argument instanceof GoTime.Duration duration) {
      return name.equals("Add")
          ? new GoTime.Time(time.millis() + Math.floorDiv(duration.nanos(), 1_000_000L))
          : null;
    }
    if (argument instanceof GoTime.Time other) {
      return switch (name) {
        case "Sub" -> new GoTime.Duration((time.millis() - other.millis()) * 1_000_000);
        case "After" -> time.millis() > other.millis();
        case "Before" -> time.millis() < other.millis();
        case "Equal" -> time.millis() == other.millis();
        default -> null;
      };
    }
    return null;
  }

  private static @Nullable Object of(GoTime.Duration duration, String name) {
    long nanos = duration.nanos();
    return switch (name) {
      case "Hours" -> nanos / 3.6e12;
      case "Minutes" -> nanos / 6e10;
      case "Seconds" -> nanos / 1e9;
      case "Milliseconds" -> nanos / 1_000_000;
      case "Microseconds" -> nanos / 1000;
      case "Nanoseconds" -> nanos;
      case "Abs" -> new GoTime.Duration(Math.abs(nanos));
      case "String" -> duration.toString();
      default -> null;
    };
  }

  private static @Nullable Object of(
      GoTime.Duration duration, String name, @Nullable Object argument) {
    if (!(argument instanceof GoTime.Duration unit) || unit.nanos() <= 0) {
      return null;
    }
    long rest = duration.nanos() % unit.nanos();
    long truncated = duration.nanos() - rest;
    // Halves are rounded away from zero.
    boolean up = name.equals("Round") && Math.abs(rest) >= unit.nanos() - Math.abs(rest);
    return switch (name) {
      case "Truncate", "Round" ->
          new GoTime.Duration(truncated + (up ? Long.signum(rest) * unit.nanos() : 0));
      default -> null;
    };
  }

  private static @Nullable Object of(Histogram histogram, String name) {
    return switch (name) {
      case "Count" -> histogram.count();
      case "Sum" -> histogram.sum();
      case "ZeroCount" -> histogram.zeroCount();
      case "ZeroThreshold" -> histogram.zeroThreshold();
      case "Schema" -> (long) histogram.schema();
      case "String" -> histogram.toString();
      default -> null;
    };
  }
}
