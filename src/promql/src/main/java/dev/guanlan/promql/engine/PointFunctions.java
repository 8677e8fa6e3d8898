package dev.guanlan.promql.engine;

import dev.guanlan.promql.Function;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Holds the functions from one number to one number. */
final class PointFunctions {

  /** The calendar ends before {@link Instant} does. */
  private static final long FIRST_SECOND = LocalDateTime.MIN.toEpochSecond(ZoneOffset.UTC);

  private static final long LAST_SECOND = LocalDateTime.MAX.toEpochSecond(ZoneOffset.UTC);
  private static final Map<Function, DoubleUnaryOperator> ALL = new EnumMap<>(Function.class);

  /** Those that take the evaluation time when they are given no vector. */
  private static final Map<Function, DoubleUnaryOperator> DATES = new EnumMap<>(Function.class);

  static {
    ALL.put(Function.ABS, Math::abs);
    ALL.put(Function.CEIL, Math::ceil);
    ALL.put(Function.FLOOR, Math::floor);
    ALL.put(Function.EXP, Math::exp);
    ALL.put(Function.SQRT, Math::sqrt);
    ALL.put(Function.LN, Math::log);
    ALL.put(Function.LOG2, value -> Math.log(value) / Math.log(2));
    ALL.put(Function.LOG10, Math::log10);
    ALL.put(Function.SIN, Math::sin);
    ALL.put(Function.COS, Math::cos);
    ALL.put(Function.TAN, Math::tan);
    ALL.put(Function.ASIN, Math::asin);
    ALL.put(Function.ACOS, Math::acos);
    ALL.put(Function.ATAN, Math::atan);
    ALL.put(Function.SINH, Math::sinh);
    ALL.put(Function.COSH, Math::cosh);
    ALL.put(Function.TANH, Math::tanh);
    ALL.put(Function.ASINH, PointFunctions::areaSine);
    ALL.put(Function.ACOSH, value -> Math.log(value + Math.sqrt(value * value - 1)));
    ALL.put(Function.ATANH, value -> 0.5 * Math.log1p(2 * value / (1 - value)));
    ALL.put(Function.RAD, value -> value * Math.PI / 180);
    ALL.put(Function.DEG, value -> value * 180 / Math.PI);
    ALL.put(Function.SGN, value -> value < 0 ? -1 : value > 0 ? 1 : value);
    DATES.put(Function.YEAR, date(ZonedDateTime::getYear));
    DATES.put(Function.MONTH, date(ZonedDateTime::getMonthValue));
    DATES.put(Function.DAY_OF_MONTH, date(ZonedDateTime::getDayOfMonth));
    DATES.put(Function.DAY_OF_WEEK, date(time -> time.getDayOfWeek().getValue() % 7));
    DATES.put(Function.DAY_OF_YEAR, date(ZonedDateTime::getDayOfYear));
    DATES.put(Function.DAYS_IN_MONTH, date(time -> YearMonth.from(time).lengthOfMonth()));
    DATES.put(Function.HOUR, date(ZonedDateTime::getHour));
    DATES.put(Function.MINUTE, date(ZonedDateTime::getMinute));
  }

  private PointFunctions() {}

  static @Nullable DoubleUnaryOperator of(Function function) {
    return ALL.get(function);
  }

  /** Returns a function of seconds since the epoch. */
  static @Nullable DoubleUnaryOperator ofDate(Function function) {
    return DATES.get(function);
  }

  private static double areaSine(double value) {
    double size = Math.abs(value);
    return Math.copySign(Math.log(size + Math.sqrt(size * size + 1)), value);
  }

  private static DoubleUnaryOperator date(ToIntFunction<ZonedDateTime> part) {
    return seconds -> {
      // What lies beyond Java's calendar is taken at its bounds.
      long bounded = Math.max(FIRST_SECOND, Math.min(LAST_SECOND, (long) seconds));
      return part.applyAsInt(Instant.ofEpochSecond(bounded).atZone(ZoneOffset.UTC));
    };
  }

  static double round(double value, double toNearest) {
    // Inverted, as Prometheus does, since it costs less precision.
    double inverse = 1 / toNearest;
    return Math.floor(value * inverse + 0.5) / inverse;
  }

  static double clamp(double value, double least, double most) {
    return Math.max(least, Math.min(most, value));
  }
}
