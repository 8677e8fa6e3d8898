package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.promql.ParserOptions;
import dev.guanlan.rules.RuleFileOptions;
import dev.guanlan.rules.unittest.Failure;
import dev.guanlan.rules.unittest.FileReport;
import dev.guanlan.rules.unittest.TestReport;
import dev.guanlan.rules.unittest.UnitTestOptions;
import dev.guanlan.rules.unittest.UnitTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs files of unit tests with their rules evaluated by the job's operators on a cluster, and
 * compares the verdict, expectation by expectation, with that over all samples in memory, which
 * src/rules holds against promtool's.
 */
@DisplayName("Unit tests through the job")
final class UnitTestsITCase {

  /** Unknown fields of rule files are skipped, as some of the files need and none forbids. */
  private static final UnitTestOptions OPTIONS =
      new UnitTestOptions(new RuleFileOptions(true, ParserOptions.DEFAULTS), false, null);

  @ParameterizedTest(name = "at parallelism {0}")
  @ValueSource(ints = {1, 4})
  @DisplayName("of promtool's own have promtool's verdicts")
  void promtool(int parallelism) throws IOException {
    List<Path> files = unitTests(suite());
    assertThat(files).hasSizeGreaterThanOrEqualTo(15);
    Map<String, String> differences = new TreeMap<>();
    for (Path file : files) {
      compare(file, parallelism, differences);
    }
    assertThat(differences).isEmpty();
  }

  @ParameterizedTest(name = "at parallelism {0}")
  @ValueSource(ints = {1, 4})
  @DisplayName("of the rules that ship, and of groups that read each other's records, pass")
  void own(int parallelism) throws IOException {
    List<Path> files =
        new ArrayList<>(
            unitTests(
                Path.of(System.getProperty("guanlan.root", "../.."), "src/local/rules/tests")));
    files.addAll(unitTests(Path.of("src/test/resources/unittest")));
    assertThat(files).hasSizeGreaterThanOrEqualTo(3);
    Map<String, String> differences = new TreeMap<>();
    for (Path file : files) {
      FileReport report = compare(file, parallelism, differences);
      assertThat(report.passed()).as("%s", report).isTrue();
    }
    assertThat(differences).isEmpty();
  }

  @Test
  @DisplayName("that are wrong fail in the same way, down to the difference that is shown")
  void failing() throws IOException {
    FileReport report = UnitTests.run(suite().resolve("failing.yml"), OPTIONS, new JobRuler(1));
    assertThat(report.tests().get(1).failures().toString())
        .contains("alert InstanceDown at 5m: 0 expected, 1 fires")
        .contains("alert AlwaysFiring at 5m: 0 expected, 1 fires")
        .contains("+   summary: \"Instance  down\"");
  }

  /** Compares the verdict by the job with that in memory; returns the job's. */
  private static FileReport compare(Path file, int parallelism, Map<String, String> differences)
      throws IOException {
    FileReport memory = UnitTests.run(file, OPTIONS);
    FileReport job = UnitTests.run(file, OPTIONS, new JobRuler(parallelism));
    assertThat(memory.tests()).as("something is run of %s", file).isNotEmpty();
    assertThat(job.problems()).isEqualTo(memory.problems()).isEmpty();
    String expected = verdicts(memory);
    String actual = verdicts(job);
    if (!actual.equals(expected)) {
      differences.put(
          String.valueOf(file.getFileName()), "in memory:\n" + expected + "by the job:\n" + actual);
    }
    return job;
  }

  private static String verdicts(FileReport report) {
    StringBuilder text = new StringBuilder();
    for (TestReport test : report.tests()) {
      text.append(test.passed() ? "passed " : "failed ").append(test.name()).append('\n');
      for (Failure failure : test.failures()) {
        // Which rule failed and when is in the job's log; its counters say how often.
        boolean rule = failure.line() == 0 && failure.what().startsWith("rule ");
        text.append("  ").append(rule ? "a rule fails" : failure).append('\n');
      }
    }
    return text.toString();
  }

  private static List<Path> unitTests(Path folder) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        if (("\n" + Files.readString(file)).contains("\ntests:")) {
          found.add(file);
        }
      }
    }
    return found;
  }

  /** A missing folder is a failure where its place was given, and a reason to skip elsewhere. */
  private static Path suite() {
    String given = System.getProperty("guanlan.conformance", "");
    if (!given.isEmpty()) {
      Path suite = Path.of(given).resolve("promtool");
      assertThat(suite).isDirectory();
      return suite;
    }
    Path beside =
        Path.of(System.getProperty("guanlan.root", "../.."))
            .resolve("../shared/conformance/promtool");
    Assumptions.assumeTrue(Files.isDirectory(beside), "no conformance suite beside the project");
    return beside;
  }
}
