package dev.guanlan.rules;

import dev.guanlan.rules.yaml.YamlProblem;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Says that a rule file, or a file of tests for rules, is refused, and everything that is wrong
 * with it.
 */
public final class RuleFileException extends Exception {

  private static final long serialVersionUID = 1;
  private static final int SHOWN = 20;

  private final transient List<YamlProblem> problems;

  /** Makes an exception of at least one problem. */
  public RuleFileException(List<YamlProblem> problems) {
    super(
        problems.stream().limit(SHOWN).map(YamlProblem::toString).collect(Collectors.joining("\n"))
            + (problems.size() > SHOWN ? "\nand " + (problems.size() - SHOWN) + " more" : ""));
    this.problems = List.copyOf(problems);
  }

  /** Returns the problems in the order found; at least one. */
  public List<YamlProblem> problems() {
    return problems;
  }
}
