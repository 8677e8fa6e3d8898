package dev.guanlan.promql;

/**
 * Switches the experimental parts of the language, as the feature flags of Prometheus do.
 *
 * @param experimentalFunctions functions and aggregators that may still change, like {@code info}
 *     and {@code limitk}: {@code promql-experimental-functions}
 * @param durationExpressions arithmetic with durations, like {@code m[step() * 2]}; up to
 *     Prometheus 3.13 {@code promql-duration-expr}
 * @param extendedRangeSelectors the modifiers {@code anchored} and {@code smoothed}: {@code
 *     promql-extended-range-selectors}
 * @param binaryFillModifiers the modifiers {@code fill}, {@code fill_left} and {@code fill_right}:
 *     {@code promql-binop-fill-modifiers}
 */
public record ParserOptions(
    boolean experimentalFunctions,
    boolean durationExpressions,
    boolean extendedRangeSelectors,
    boolean binaryFillModifiers) {

  /**
   * As a Prometheus server starts: nothing experimental, which durations that are computed are no
   * longer since 3.14.
   */
  public static final ParserOptions DEFAULTS = new ParserOptions(false, true, false, false);

  /** Everything there is. */
  public static final ParserOptions ALL = new ParserOptions(true, true, true, true);
}
