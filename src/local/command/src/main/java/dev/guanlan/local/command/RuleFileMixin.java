package dev.guanlan.local.command;

import dev.guanlan.promql.ParserOptions;
import dev.guanlan.rules.RuleFileOptions;
import java.util.List;
import picocli.CommandLine.Option;

/** Holds the options that say how rule files are read; they are promtool's. */
final class RuleFileMixin {

  private static final String FUNCTIONS = "promql-experimental-functions";

  /** Changes nothing, as in promtool since 3.14. */
  private static final String DURATIONS = "promql-duration-expr";

  private static final String RANGES = "promql-extended-range-selectors";
  private static final String FILLS = "promql-binop-fill-modifiers";
  private static final String LATE_NAMES = "promql-delayed-name-removal";
  private static final List<String> FEATURES =
      List.of(FUNCTIONS, DURATIONS, RANGES, FILLS, LATE_NAMES);

  @Option(
      names = "--ignore-unknown-fields",
      description = "Skip fields of rule files that Prometheus does not know.")
  private boolean unknownFieldsAllowed;

  @Option(
      names = "--enable-feature",
      paramLabel = "FEATURE",
      split = ",",
      description =
          "Read PromQL as Prometheus does with these features: promql-experimental-functions,"
              + " promql-duration-expr, promql-extended-range-selectors,"
              + " promql-binop-fill-modifiers, promql-delayed-name-removal.")
  private List<String> features = List.of();

  RuleFileMixin() {}

  RuleFileOptions options() {
    for (String feature : features) {
      if (!FEATURES.contains(feature)) {
        throw new Problem(
            "There is no feature " + feature + "; there are " + String.join(", ", FEATURES));
      }
    }
    return new RuleFileOptions(
        unknownFieldsAllowed,
        new ParserOptions(
            features.contains(FUNCTIONS),
            ParserOptions.DEFAULTS.durationExpressions(),
            features.contains(RANGES),
            features.contains(FILLS)));
  }

  boolean delayedNameRemoval() {
    return features.contains(LATE_NAMES);
  }
}
