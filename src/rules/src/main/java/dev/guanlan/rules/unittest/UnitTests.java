package dev.guanlan.rules.unittest;

import dev.guanlan.rules.RuleFileException;
import dev.guanlan.rules.yaml.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs files of unit tests. */
public final class UnitTests {

  private UnitTests() {}

  /**
   * Runs the tests of a file.
   *
   * @throws IOException if the file, or a folder that it names, cannot be read
   */
  public static FileReport run(Path path, UnitTestOptions options) throws IOException {
    return run(path, options, new MemoryRuler());
  }

  /**
   * Runs the tests of a file with its rules evaluated elsewhere.
   *
   * @throws IOException if the file, or a folder that it names, cannot be read
   */
  public static FileReport run(Path path, UnitTestOptions options, Ruler ruler) throws IOException {
    List<String> warnings = new ArrayList<>();
    UnitTestFile file;
    List<Path> ruleFiles;
    try {
      file = UnitTestReader.read(Files.readString(path), path.toString());
      ruleFiles = ruleFiles(path, file, warnings);
    } catch (RuleFileException e) {
      return new FileReport(
          e.problems().stream().map(Object::toString).toList(), List.of(), List.of());
    } catch (IllegalArgumentException e) {
      return new FileReport(List.of(path + ": rule_files: " + e.getMessage()), warnings, List.of());
    }
    RuleSet rules = null;
    List<TestReport> reports = new ArrayList<>();
    for (int i = 0; i < file.tests().size(); i++) {
      UnitTest test = file.tests().get(i);
      if (!options.selects(test.name())) {
        continue;
      }
      if (rules == null) {
        rules = RuleSet.read(ruleFiles, file.groupOrder(), options);
        warnings.addAll(rules.warnings());
      }
      String name = test.name().isEmpty() ? "unnamed#" + i : test.name();
      List<Failure> failures = new TestRun(file, test, rules, options, ruler).run();
      reports.add(new TestReport(name, test.cases(), failures));
    }
    return new FileReport(List.of(), warnings, reports);
  }

  private static List<Path> ruleFiles(Path path, UnitTestFile file, List<String> warnings)
      throws IOException {
    Path parent = path.getParent();
    Path folder = parent == null ? Path.of("") : parent;
    List<Path> files = new ArrayList<>();
    for (String pattern : file.ruleFiles()) {
      List<Path> found = Globs.find(folder, pattern);
      if (found.isEmpty()) {
        warnings.add("no file matches the pattern " + Quoted.of(pattern));
      }
      files.addAll(found);
    }
    return files;
  }
}
