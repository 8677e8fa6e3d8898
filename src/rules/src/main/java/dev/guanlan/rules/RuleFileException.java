package dev.guanlan.rules;

import java.util.List;
import java.util.stream.Collectors;

/** Says that a rule file is refused, and everything that is wrong with it. */
public final class RuleFileException extends Exception {

  private static final long serialVersionUID = 1;
  private static final int SHOWN = 20;

  private final transient List<RuleProblem> problems;

  RuleFileException(List<RuleProblem> problems) {
    super(
        problems.stream().limit(SHOWN).map(RuleProblem::toString).collect(Collectors.joining("\n"))
            + (problems.size() > SHOWN ? "\nand " + (problems.size() - SHOWN) + " more" : ""));
    this.problems = List.copyOf(problems);
  }

  /** Returns the problems in the order found; at least one. */
  public List<RuleProblem> problems() {
    return problems;
  }
}
