package dev.guanlan.promql.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.guanlan.promql.engine.EngineOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Runs Prometheus' own scripts where they lie beside the project. What does not pass yet is counted
 * in {@code promql/conformance.properties}, file by file: {@code unsupported,failed}. The counts
 * must be met exactly, and only ever be lowered.
 */
@DisplayName("Prometheus' own scripts")
class ConformanceTest {

  private static final EngineOptions OPTIONS = EngineOptions.DEFAULTS.withDelayedNameRemoval(true);

  @Test
  void passButForTheCountedOnes() throws IOException {
    Path folder = folder();
    Map<String, String> actual = new TreeMap<>();
    List<String> failures = new ArrayList<>();
    StringBuilder report = new StringBuilder();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".test")).sorted().toList()) {
        String name = String.valueOf(file.getFileName());
        List<Outcome> outcomes = ScriptRunner.run(Files.readString(file), OPTIONS);
        long passed = count(outcomes, Outcome.Kind.PASSED);
        long unsupported = count(outcomes, Outcome.Kind.UNSUPPORTED);
        long failed = count(outcomes, Outcome.Kind.FAILED);
        actual.put(name, unsupported + "," + failed);
        report.append(
            String.format(
                "%-26s %4d of %4d passed, %d unsupported, %d failed%n",
                name, passed, outcomes.size(), unsupported, failed));
        for (Outcome outcome : outcomes) {
          if (outcome.kind() == Outcome.Kind.FAILED) {
            failures.add(name + " " + outcome);
          }
        }
      }
    }
    System.out.print(report);
    assertThat(actual)
        .as("unsupported and failed evaluations by file; the failed ones:\n%s", failures)
        .isEqualTo(known());
  }

  private static long count(List<Outcome> outcomes, Outcome.Kind kind) {
    return outcomes.stream().filter(outcome -> outcome.kind() == kind).count();
  }

  private static Path folder() {
    String configured = System.getProperty("guanlan.conformance", "");
    String root = System.getProperty("guanlan.root", "");
    Path folder =
        configured.isEmpty()
            ? Path.of(root.isEmpty() ? "." : root, "..", "shared", "conformance", "promql")
            : Path.of(configured, "promql");
    boolean present = Files.isDirectory(folder);
    if (!present && !configured.isEmpty()) {
      fail("guanlan.conformance says " + configured + ", but there is no folder " + folder);
    }
    assumeTrue(present, () -> "skipped: there are no public scripts at " + folder);
    return folder;
  }

  private static Map<String, String> known() throws IOException {
    Properties properties = new Properties();
    try (InputStream stream =
        ConformanceTest.class.getResourceAsStream("/promql/conformance.properties")) {
      properties.load(stream);
    }
    Map<String, String> known = new TreeMap<>();
    properties.forEach((name, counts) -> known.put((String) name, (String) counts));
    return known;
  }
}
