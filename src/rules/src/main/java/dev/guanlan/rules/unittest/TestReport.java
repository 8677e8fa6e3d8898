package dev.guanlan.rules.unittest;

import java.util.List;

/**
 * Tells how one test went.
 *
 * @param name the test's name, or its place in the file if it has none
 * @param cases how many expectations it has
 * @param failures what is not as expected
 */
public record TestReport(String name, int cases, List<Failure> failures) {

  /** Makes a report; the list is copied. */
  public TestReport {
    failures = List.copyOf(failures);
  }

  /** Tells whether everything is as expected. */
  public boolean passed() {
    return failures.isEmpty();
  }
}
