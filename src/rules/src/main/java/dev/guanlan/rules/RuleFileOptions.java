package dev.guanlan.rules;

import dev.guanlan.promql.ParserOptions;

/**
 * Chooses how strictly rule files are read.
 *
 * @param unknownFieldsAllowed whether fields that Prometheus does not know are skipped
 * @param language which experimental parts of PromQL their expressions may use
 * @param streamed whether what Prometheus takes and no stream can evaluate is wrong
 */
public record RuleFileOptions(
    boolean unknownFieldsAllowed, ParserOptions language, boolean streamed) {

  /** As a Prometheus server reads them. */
  public static final RuleFileOptions STRICT = new RuleFileOptions(false, ParserOptions.DEFAULTS);

  /** As a Prometheus server reads them, and only what the alerting job can evaluate. */
  public static final RuleFileOptions STREAMED =
      new RuleFileOptions(false, ParserOptions.DEFAULTS, true);

  /** Chooses how files are read of which it does not matter where they are evaluated. */
  public RuleFileOptions(boolean unknownFieldsAllowed, ParserOptions language) {
    this(unknownFieldsAllowed, language, false);
  }
}
