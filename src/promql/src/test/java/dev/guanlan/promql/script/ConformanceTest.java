package dev.guanlan.promql.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.guanlan.promql.engine.EngineOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Runs Prometheus' own scripts where they lie beside the project. All of them have to pass. */
@DisplayName("Prometheus' own scripts")
class ConformanceTest {

  private static final EngineOptions OPTIONS = EngineOptions.DEFAULTS.withDelayedNameRemoval(true);

  @TestFactory
  Stream<DynamicTest> pass() throws IOException {
    Path folder = folder();
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.toString().endsWith(".test")).sorted().toList();
    }
    assertThat(files).isNotEmpty();
    return files.stream()
        .map(file -> DynamicTest.dynamicTest(String.valueOf(file.getFileName()), () -> run(file)));
  }

  private static void run(Path file) throws IOException {
    String script = Files.readString(file);
    List<Outcome> outcomes = ScriptRunner.run(script, OPTIONS);
    long evaluations =
        script.lines().filter(line -> line.strip().matches("eval(_\\w+)?\\s.*")).count();
    assertThat(outcomes).as("evaluations that were run").hasSize(Math.toIntExact(evaluations));
    assertThat(outcomes).filteredOn(o -> o.kind() != Outcome.Kind.PASSED).isEmpty();
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
}
