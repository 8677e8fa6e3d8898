package dev.guanlan.rules;

import dev.guanlan.promql.ParserOptions;

/**
 * Chooses how strictly rule files are read.
 *
 * @param unknownFieldsAllowed whether fields that Prometheus does not know are skipped
 * @param language which experimental parts of PromQL their expressions may use
 */
public record RuleFileOptions(boolean unknownFieldsAllowed, ParserOptions language) {

  /** As a Prometheus server reads them. */
  public static final RuleFileOptions STRICT = new RuleFileOptions(false, ParserOptions.DEFAULTS);
}
