package dev.guanlan.rules.unittest;

import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.RuleException;
import dev.guanlan.rules.RuleFile;
import dev.guanlan.rules.RuleFileException;
import dev.guanlan.rules.RuleFiles;
import dev.guanlan.rules.RuleGroup;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Holds the rules that a file of tests names.
 *
 * @param groups the groups in the order in which they are evaluated
 * @param problems why the rules cannot be evaluated; none if they can
 * @param warnings what is probably not meant
 */
record RuleSet(List<CompiledGroup> groups, List<String> problems, List<String> warnings) {

  /**
   * Reads rule files.
   *
   * @param files the files; one that occurs twice is read once
   * @param order names of groups that are evaluated in this order
   */
  static RuleSet read(List<Path> files, List<String> order, UnitTestOptions options) {
    List<RuleGroup> groups = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    for (Path path : new LinkedHashSet<>(files)) {
      try {
        String yaml = Files.readString(path);
        RuleFile file = RuleFiles.read(yaml, path.toString(), options.ruleFiles());
        groups.addAll(file.groups());
        file.warnings().forEach(warning -> warnings.add(warning.toString()));
      } catch (RuleFileException e) {
        e.problems().forEach(problem -> problems.add(problem.toString()));
      } catch (CharacterCodingException e) {
        problems.add(path + " is not UTF-8; save it as UTF-8");
      } catch (IOException e) {
        problems.add(path + " cannot be read: " + e.getMessage());
      }
    }
    // Stable: groups that are not named keep their places before those that are named later.
    groups.sort(Comparator.comparingInt(group -> Math.max(0, order.indexOf(group.name()))));
    List<CompiledGroup> compiled = new ArrayList<>();
    for (RuleGroup group : groups) {
      try {
        compiled.add(CompiledGroup.overEverything(group, options.ruleFiles().language()));
      } catch (RuleException e) {
        problems.add(group.namespace() + ": " + e.getMessage());
      }
    }
    return new RuleSet(List.copyOf(compiled), List.copyOf(problems), List.copyOf(warnings));
  }
}
