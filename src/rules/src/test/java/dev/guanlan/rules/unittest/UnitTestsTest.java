package dev.guanlan.rules.unittest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import dev.guanlan.promql.ParserOptions;
import dev.guanlan.rules.RuleFileOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs files of unit tests: those that pass, and those that tell at their heads why they fail. */
class UnitTestsTest {

  private static final Path FOLDER = Path.of("src/test/resources/dev/guanlan/rules/unittest");
  private static final String EXPECTED = "#: ";

  static Stream<Path> passing() throws IOException {
    return files("passing");
  }

  static Stream<Path> failing() throws IOException {
    return files("failing");
  }

  private static Stream<Path> files(String folder) throws IOException {
    try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("passing")
  void passes(Path file) throws IOException {
    FileReport report = UnitTests.run(file, UnitTestOptions.DEFAULTS);
    assertThat(shown(report)).isEmpty();
    assertThat(report.passed()).isTrue();
  }

  /**
   * Each line at a file's head begins a line of the report, in the same order; no more are there.
   */
  @ParameterizedTest
  @MethodSource("failing")
  void fails(Path file) throws IOException {
    List<String> expected =
        Files.readAllLines(file).stream()
            .filter(line -> line.startsWith(EXPECTED))
            .map(line -> line.substring(EXPECTED.length()))
            .toList();
    FileReport report = UnitTests.run(file, UnitTestOptions.DEFAULTS);
    assertThat(report.passed()).isFalse();
    List<String> shown = shown(report);
    assertThat(shown).as("%s", String.join("\n", shown)).hasSameSizeAs(expected);
    for (int i = 0; i < shown.size(); i++) {
      assertThat(shown.get(i)).contains(expected.get(i));
    }
  }

  private static List<String> shown(FileReport report) {
    List<String> lines = new ArrayList<>(report.problems());
    for (TestReport test : report.tests()) {
      for (Failure failure : test.failures()) {
        lines.add(test.name() + " " + failure.what() + " (line " + failure.line() + ")");
        failure.difference().forEach(difference -> lines.add(difference.toString()));
      }
    }
    return lines;
  }

  @Test
  void runsTheTestsWhoseNamesMatch() throws IOException {
    UnitTestOptions options =
        new UnitTestOptions(RuleFileOptions.STRICT, false, Pattern.compile("^order$|offset"));
    assertThat(UnitTests.run(FOLDER.resolve("passing/records.yml"), options).tests())
        .extracting(TestReport::name)
        .containsExactly("order", "the query offset");
  }

  @Test
  void warnsOfPatternsThatFindNothing() throws IOException {
    FileReport report =
        UnitTests.run(FOLDER.resolve("passing/no-rules.yml"), UnitTestOptions.DEFAULTS);
    assertThat(report.warnings())
        .containsExactly(
            "no file matches the pattern \"nowhere.yaml\"",
            "no file matches the pattern \"no*where/*.yaml\"");
  }

  @Test
  void readsExperimentalLanguageWhereItIsWanted() throws IOException {
    Path file = Files.createTempFile("experimental", ".yml");
    try {
      Files.writeString(
          file,
          """
          tests:
            - input_series: [{series: m, values: 1x5}]
              promql_expr_test:
                - {expr: 'count(limitk(1, m))', eval_time: 3m, exp_samples: [{value: 1}]}
          """);
      RuleFileOptions all = new RuleFileOptions(false, ParserOptions.ALL);
      assertThat(UnitTests.run(file, UnitTestOptions.DEFAULTS).passed()).isFalse();
      assertThat(UnitTests.run(file, new UnitTestOptions(all, false, null)).passed()).isTrue();
    } finally {
      Files.delete(file);
    }
  }
}
