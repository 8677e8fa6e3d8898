package dev.guanlan.promql;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Is an operator that aggregates the series of a vector. */
public enum Aggregator {
  SUM,
  AVG,
  COUNT,
  MIN,
  MAX,
  GROUP,
  STDDEV,
  STDVAR,
  TOPK(ValueType.SCALAR),
  BOTTOMK(ValueType.SCALAR),
  COUNT_VALUES(ValueType.STRING),
  QUANTILE(ValueType.SCALAR),
  LIMITK(ValueType.SCALAR),
  LIMIT_RATIO(ValueType.SCALAR);

  private final @Nullable ValueType parameter;

  Aggregator() {
    this.parameter = null;
  }

  Aggregator(ValueType parameter) {
    this.parameter = parameter;
  }

  /** Returns the operator as PromQL writes it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the type of its first argument if it takes one before the vector, else null. */
  public @Nullable ValueType parameter() {
    return parameter;
  }

  /** Tells whether it must be {@linkplain ParserOptions#experimentalFunctions switched on}. */
  public boolean isExperimental() {
    return this == LIMITK || this == LIMIT_RATIO;
  }

  /** Tells whether the series it yields are some of those it is given, labels and all. */
  public boolean selectsSeries() {
    return this == TOPK || this == BOTTOMK || this == LIMITK || this == LIMIT_RATIO;
  }
}
