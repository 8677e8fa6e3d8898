package dev.guanlan.promql.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.promql.engine.EngineOptions;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Runs our own scripts, {@code src/test/resources/promql/*.test}: a subject a file. */
@DisplayName("Our scripts")
class ScriptFilesTest {

  /** Returns our scripts. */
  static List<Path> files() throws IOException, URISyntaxException {
    URL folder =
        Objects.requireNonNull(ScriptFilesTest.class.getResource("/promql/selectors.test"));
    try (Stream<Path> all =
        Files.list(Objects.requireNonNull(Path.of(folder.toURI()).getParent()))) {
      return all.filter(file -> file.toString().endsWith(".test")).sorted().toList();
    }
  }

  @TestFactory
  Stream<DynamicTest> pass() throws IOException, URISyntaxException {
    List<Path> files = files();
    assertThat(files).isNotEmpty();
    return files.stream()
        .map(file -> DynamicTest.dynamicTest(String.valueOf(file.getFileName()), () -> run(file)));
  }

  private static void run(Path file) throws IOException {
    boolean delayed = file.endsWith("delayed_name_removal.test");
    List<Outcome> outcomes =
        ScriptRunner.run(
            Files.readString(file), EngineOptions.DEFAULTS.withDelayedNameRemoval(delayed));
    assertThat(outcomes).isNotEmpty();
    assertThat(outcomes).filteredOn(o -> o.kind() != Outcome.Kind.PASSED).isEmpty();
  }
}
