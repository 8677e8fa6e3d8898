package dev.guanlan.rules;

import dev.guanlan.rules.yaml.YamlProblem;
import java.util.List;

/**
 * Holds what a rule file says.
 *
 * @param groups the groups in the order of the file
 * @param warnings what is accepted but probably not meant
 */
public record RuleFile(List<RuleGroup> groups, List<YamlProblem> warnings) {

  /** Makes a file; the lists are copied. */
  public RuleFile {
    groups = List.copyOf(groups);
    warnings = List.copyOf(warnings);
  }
}
