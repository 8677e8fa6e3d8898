package dev.guanlan.promql;

import static dev.guanlan.promql.ValueType.INSTANT_VECTOR;
import static dev.guanlan.promql.ValueType.RANGE_VECTOR;
import static dev.guanlan.promql.ValueType.SCALAR;
import static dev.guanlan.promql.ValueType.STRING;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Is a function of PromQL, with its signature. */
public enum Function {
  ABS(INSTANT_VECTOR, INSTANT_VECTOR),
  ABSENT(INSTANT_VECTOR, INSTANT_VECTOR),
  ABSENT_OVER_TIME(INSTANT_VECTOR, RANGE_VECTOR),
  ACOS(INSTANT_VECTOR, INSTANT_VECTOR),
  ACOSH(INSTANT_VECTOR, INSTANT_VECTOR),
  ASIN(INSTANT_VECTOR, INSTANT_VECTOR),
  ASINH(INSTANT_VECTOR, INSTANT_VECTOR),
  ATAN(INSTANT_VECTOR, INSTANT_VECTOR),
  ATANH(INSTANT_VECTOR, INSTANT_VECTOR),
  AVG_OVER_TIME(INSTANT_VECTOR, RANGE_VECTOR),
  CEIL(INSTANT_VECTOR, INSTANT_VECTOR),
  CHANGES(INSTANT_VECTOR, RANGE_VECTOR),
  CLAMP(INSTANT_VECTOR, INSTANT_VECTOR, SCALAR, SCALAR),
  CLAMP_MAX(INSTANT_VECTOR, INSTANT_VECTOR, SCALAR),
  CLAMP_MIN(INSTANT_VECTOR, INSTANT_VECTOR, SCALAR),
  COS(INSTANT_VECTOR, INSTANT_VECTOR),
  COSH(INSTANT_VECTOR, INSTANT_VECTOR),
  COUNT_OVER_TIME(INSTANT_VECTOR, RANGE_VECTOR),
  DAYS_IN_MONTH(1, INSTANT_VECTOR, INSTANT_VECTOR),
  DAY_OF_MONTH(1, INSTANT_VECTOR, INSTANT_VECTOR),
  DAY_OF_WEEK(1, INSTANT_VECTOR, INSTANT_VECTOR),
  DAY_OF_YEAR(1, INSTANT_VECTOR, INSTANT_VECTOR),
  DEG(INSTANT_VECTOR, INSTANT_VECTOR),
  DELTA(INSTANT_VECTOR, RANGE_VECTOR),
  DERIV(INSTANT_VECTOR, RANGE_VECTOR),
  DOUBLE_EXPONENTIAL_SMOOTHING(
      Status.EXPERIMENTAL, 0, INSTANT_VECTOR, RANGE_VECTOR, SCALAR, SCALAR),
  END(Status.EXPERIMENTAL, 0, SCALAR),
  EXP(INSTANT_VECTOR, INSTANT_VECTOR),
  FIRST_OVER_TIME(Status.EXPERIMENTAL, 0, INSTANT_VECTOR, RANGE_VECTOR),
  FLOOR(INSTANT_VECTOR, INSTANT_VECTOR),
  HISTOGRAM_AVG(INSTANT_VECTOR, INSTANT_VECTOR),
  HISTOGRAM_COUNT(INSTANT_VECTOR, INSTANT_VECTOR),
  HISTOGRAM_FRACTION(INSTANT_VECTOR, SCALAR, SCALAR, INSTANT_VECTOR),
  HISTOGRAM_QUANTILE(INSTANT_VECTOR, SCALAR, INSTANT_VECTOR),
  HISTOGRAM_QUANTILES(
      Status.EXPERIMENTAL, 9, INSTANT_VECTOR, INSTANT_VECTOR, STRING, SCALAR, SCALAR),
  HISTOGRAM_STDDEV(INSTANT_VECTOR, INSTANT_VECTOR),
  HISTOGRAM_STDVAR(INSTANT_VECTOR, INSTANT_VECTOR),
  HISTOGRAM_SUM(INSTANT_VECTOR, INSTANT_VECTOR),
  HOUR(1, INSTANT_VECTOR, INSTANT_VECTOR),
  IDELTA(INSTANT_VECTOR, RANGE_VECTOR),
  INCREASE(INSTANT_VECTOR, RANGE_VECTOR),
  INFO(Status.EXPERIMENTAL, 1, INSTANT_VECTOR, INSTANT_VECTOR, INSTANT_VECTOR),
  IRATE(INSTANT_VECTOR, RANGE_VECTOR),
  LABEL_JOIN(-1, INSTANT_VECTOR, INSTANT_VECTOR, STRING, STRING, STRING),
  LABEL_REPLACE(INSTANT_VECTOR, INSTANT_VECTOR, STRING, STRING, STRING, STRING),
  LAST_OVER_TIME(INSTANT_VECTOR, RANGE_VECTOR),
  LN(INSTANT_VECTOR, INSTANT_VECTOR),
  LOG10(INSTANT_VECTOR, INSTANT_VECTOR),
  LOG2(INSTANT_VECTOR, INSTANT_VECTOR),
  MAD_OVER_TIME(Status.EXPERIMENTAL, 0, INSTANT_VECTOR, RANGE_VECTOR),
  MAX_OF(Status.EXPERIMENTAL, 0, SCALAR, SCALAR, SCALAR),
  MAX_OVER_TIME(INSTANT_VECTOR, RANGE_VECTOR),
  MIN_OF(Status.EXPERIMENTAL, 0, SCALAR, SCALAR, SCALAR),
  MIN_OVER_TIME(INSTANT_VECTOR, RANGE_VECTOR),
  MINUTE(1, INSTANT_VECTOR, INSTANT_VECTOR),
  MONTH(1, INSTANT_VECTOR, INSTANT_VECTOR),
  PI(SCALAR),
  PREDICT_LINEAR(INSTANT_VECTOR, RANGE_VECTOR, SCALAR),
  PRESENT_OVER_TIME(INSTANT_VECTOR, RANGE_VECTOR),
  QUANTILE_OVER_TIME(INSTANT_VECTOR, SCALAR, RANGE_VECTOR),
  RAD(INSTANT_VECTOR, INSTANT_VECTOR),
  RANGE(Status.EXPERIMENTAL, 0, SCALAR),
  RATE(INSTANT_VECTOR, RANGE_VECTOR),
  RESETS(INSTANT_VECTOR, RANGE_VECTOR),
  ROUND(1, INSTANT_VECTOR, INSTANT_VECTOR, SCALAR),
  SCALAR_("scalar", SCALAR, INSTANT_VECTOR),
  SGN(INSTANT_VECTOR, INSTANT_VECTOR),
  SIN(INSTANT_VECTOR, INSTANT_VECTOR),
  SINH(INSTANT_VECTOR, INSTANT_VECTOR),
  SORT(INSTANT_VECTOR, INSTANT_VECTOR),
  SORT_BY_LABEL(Status.EXPERIMENTAL, -1, INSTANT_VECTOR, INSTANT_VECTOR, STRING),
  SORT_BY_LABEL_DESC(Status.EXPERIMENTAL, -1, INSTANT_VECTOR, INSTANT_VECTOR, STRING),
  SORT_DESC(INSTANT_VECTOR, INSTANT_VECTOR),
  SQRT(INSTANT_VECTOR, INSTANT_VECTOR),
  START(Status.EXPERIMENTAL, 0, SCALAR),
  START_TIMESTAMP(Status.EXPERIMENTAL, 0, INSTANT_VECTOR, INSTANT_VECTOR),
  STDDEV_OVER_TIME(INSTANT_VECTOR, RANGE_VECTOR),
  STDVAR_OVER_TIME(INSTANT_VECTOR, RANGE_VECTOR),
  STEP(Status.EXPERIMENTAL, 0, SCALAR),
  SUM_OVER_TIME(INSTANT_VECTOR, RANGE_VECTOR),
  TAN(INSTANT_VECTOR, INSTANT_VECTOR),
  TANH(INSTANT_VECTOR, INSTANT_VECTOR),
  TIME(SCALAR),
  TIMESTAMP(INSTANT_VECTOR, INSTANT_VECTOR),
  TS_OF_FIRST_OVER_TIME(Status.EXPERIMENTAL, 0, INSTANT_VECTOR, RANGE_VECTOR),
  TS_OF_LAST_OVER_TIME(Status.EXPERIMENTAL, 0, INSTANT_VECTOR, RANGE_VECTOR),
  TS_OF_MAX_OVER_TIME(Status.EXPERIMENTAL, 0, INSTANT_VECTOR, RANGE_VECTOR),
  TS_OF_MIN_OVER_TIME(Status.EXPERIMENTAL, 0, INSTANT_VECTOR, RANGE_VECTOR),
  VECTOR(INSTANT_VECTOR, SCALAR),
  YEAR(1, INSTANT_VECTOR, INSTANT_VECTOR);

  private enum Status {
    STABLE,
    EXPERIMENTAL
  }

  private static final Map<String, Function> BY_NAME = new HashMap<>();

  static {
    for (Function function : values()) {
      BY_NAME.put(function.text, function);
    }
  }

  private final String text;
  private final Status status;
  private final int variadic;
  private final ValueType returns;

  @SuppressWarnings("ImmutableEnumChecker") // List.of
  private final List<ValueType> arguments;

  Function(ValueType returns, ValueType... arguments) {
    this(Status.STABLE, 0, returns, arguments);
  }

  Function(int variadic, ValueType returns, ValueType... arguments) {
    this(Status.STABLE, variadic, returns, arguments);
  }

  Function(String text, ValueType returns, ValueType... arguments) {
    this.text = text;
    this.status = Status.STABLE;
    this.variadic = 0;
    this.returns = returns;
    this.arguments = List.of(arguments);
  }

  Function(Status status, int variadic, ValueType returns, ValueType... arguments) {
    this.text = name().toLowerCase(Locale.ROOT);
    this.status = status;
    this.variadic = variadic;
    this.returns = returns;
    this.arguments = List.of(arguments);
  }

  /** Returns the function called {@code name}, or null if there is none. */
  public static @Nullable Function named(String name) {
    return BY_NAME.get(name);
  }

  /** Returns the function's name. */
  public String text() {
    return text;
  }

  /** Tells whether it must be {@linkplain ParserOptions#experimentalFunctions switched on}. */
  public boolean isExperimental() {
    return status == Status.EXPERIMENTAL;
  }

  /**
   * Returns how many arguments may be left out or added: 0 for none, a positive number for how many
   * more than the last but one, -1 for any number.
   */
  public int variadic() {
    return variadic;
  }

  /** Returns what a call evaluates to. */
  public ValueType returns() {
    return returns;
  }

  /** Returns the types of the arguments; the last one's is also that of any further ones. */
  public List<ValueType> arguments() {
    return arguments;
  }
}
