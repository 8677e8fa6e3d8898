package dev.guanlan.rules.unittest;

import java.util.List;

/**
 * Tells how a file of unit tests went.
 *
 * @param problems why the file cannot be run at all; none if it can
 * @param warnings what is probably not meant
 * @param tests the tests that were run
 */
public record FileReport(List<String> problems, List<String> warnings, List<TestReport> tests) {

  /** Makes a report; the lists are copied. */
  public FileReport {
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
    tests = List.copyOf(tests);
  }

  /** Tells whether everything is as expected. */
  public boolean passed() {
    return problems.isEmpty() && tests.stream().allMatch(TestReport::passed);
  }

  /** Returns how many tests failed. */
  public long failedTests() {
    return tests.stream().filter(test -> !test.passed()).count();
  }
}
