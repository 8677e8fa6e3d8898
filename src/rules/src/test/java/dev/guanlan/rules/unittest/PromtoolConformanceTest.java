package dev.guanlan.rules.unittest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.re2j.Pattern;
import dev.guanlan.promql.ParserOptions;
import dev.guanlan.rules.DuplicateRule;
import dev.guanlan.rules.RuleFileException;
import dev.guanlan.rules.RuleFileOptions;
import dev.guanlan.rules.RuleFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the unit tests of promtool's own tests, where they lie: the verdicts are promtool's. */
class PromtoolConformanceTest {

  private static final String VERDICTS =
      """
      at-modifier-test.yml,       '',      false, true
      bad-input-series.yml,       '',      false, false
      bad-promql.yml,             '',      false, false
      bad-rules-error-test.yml,   '',      false, false
      bad-rules-syntax-test.yml,  '',      false, false
      failing.yml,                '',      false, false
      long-period.yml,            '',      false, true
      negative-offset-test.yml,   '',      false, true
      no-test-group-interval.yml, '',      false, true
      rules_run.yml,              '',      false, false
      rules_run.yml,              correct, false, true
      rules_run.yml,              wrong,   false, false
      rules_run_extrafields.yml,  '',      false, false
      rules_run_extrafields.yml,  '',      true,  true
      rules_run_fuzzy.yml,        '',      false, false
      rules_run_fuzzy.yml,        correct, false, true
      rules_run_fuzzy.yml,        wrong,   false, false
      rules_run_no_fuzzy.yml,     '',      false, false
      start-time-test.yml,        '',      false, true
      unittest.yml,               '',      false, true
      """;

  @ParameterizedTest
  @CsvSource(textBlock = VERDICTS)
  void givesPromtoolsVerdict(String file, String run, boolean unknownFieldsAllowed, boolean passes)
      throws IOException {
    UnitTestOptions options =
        new UnitTestOptions(
            new RuleFileOptions(unknownFieldsAllowed, ParserOptions.DEFAULTS),
            false,
            run.isEmpty() ? null : Pattern.compile(run));
    FileReport report = UnitTests.run(suite().resolve(file), options);
    assertThat(report.passed()).as("%s", report).isEqualTo(passes);
    assertThat(report.problems()).as("the file itself can be read").isEmpty();
    assertThat(report.tests()).as("something is run").isNotEmpty();
  }

  /** These are rule files; those with experimental PromQL are right where it is enabled. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          at-modifier.yml,          false, true,  0
          bad-rules-error.yml,      false, true,  0
          bad-rules-syntax.yml,     false, false, 0
          bad-rules-syntax.yml,     true,  false, 0
          features.yml,             false, false, 0
          features.yml,             true,  true,  0
          negative-offset.yml,      false, true,  0
          prometheus-rules.lint.yml,false, true,  1
          rules-bad.yml,            false, false, 0
          rules.yml,                false, true,  0
          rules_duplicates.yml,     false, true,  1
          rules_extrafields.yml,    false, false, 0
          rules_extrafields.yml,    true,  true,  0
          """)
  void checksRuleFilesAsPromtoolDoes(
      String file, boolean lenient, boolean right, int duplicateRules) throws IOException {
    RuleFileOptions options =
        new RuleFileOptions(lenient, lenient ? ParserOptions.ALL : ParserOptions.DEFAULTS);
    String yaml = Files.readString(suite().resolve(file));
    if (right) {
      assertThat(catchThrowable(() -> RuleFiles.read(yaml, file, options))).isNull();
      assertThat(duplicates(yaml, file, options)).hasSize(duplicateRules);
    } else {
      assertThat(catchThrowable(() -> RuleFiles.read(yaml, file, options)))
          .isInstanceOf(RuleFileException.class);
    }
  }

  private static List<DuplicateRule> duplicates(String yaml, String file, RuleFileOptions options) {
    try {
      return DuplicateRule.in(RuleFiles.read(yaml, file, options).groups());
    } catch (RuleFileException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void leavesNoFileOut() throws IOException {
    Set<String> unitTests = new TreeSet<>();
    try (Stream<Path> files = Files.list(suite())) {
      for (Path file : files.toList()) {
        if (Files.readString(file).contains("\ntests:")
            || Files.readString(file).startsWith("tests:")) {
          unitTests.add(file.getFileName().toString());
        }
      }
    }
    List<String> judged =
        VERDICTS.lines().map(line -> line.substring(0, line.indexOf(','))).distinct().toList();
    assertThat(unitTests).containsExactlyElementsOf(judged);
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
