package dev.guanlan.rules.unittest;

import com.google.re2j.Pattern;
import dev.guanlan.rules.RuleFileOptions;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what is run, and how.
 *
 * @param ruleFiles how rule files are read; the same PromQL is that of the tests
 * @param delayedNameRemoval whether metric names are dropped only from a query's result
 * @param run finds the names of the tests to run; null runs all
 */
public record UnitTestOptions(
    RuleFileOptions ruleFiles, boolean delayedNameRemoval, @Nullable Pattern run) {

  /** Runs everything as promtool does without options. */
  public static final UnitTestOptions DEFAULTS =
      new UnitTestOptions(RuleFileOptions.STRICT, false, null);

  boolean selects(String name) {
    return run == null || run.matcher(name).find();
  }
}
