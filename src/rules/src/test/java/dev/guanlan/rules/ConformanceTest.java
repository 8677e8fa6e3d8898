package dev.guanlan.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Reads the rule files of Prometheus' own tests, where they lie. */
class ConformanceTest {

  @TestFactory
  List<DynamicTest> readsPrometheusOwnRuleFiles() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (Stream<Path> files = Files.list(suite().resolve("rules"))) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        tests.add(
            DynamicTest.dynamicTest(
                name,
                () -> {
                  String yaml = Files.readString(file, UTF_8);
                  if (name.startsWith("invalid")) {
                    assertThat(catchThrowable(() -> RuleFiles.parse(yaml, name)))
                        .isInstanceOf(RuleFileException.class);
                  } else {
                    assertThat(RuleFiles.parse(yaml, name)).isNotEmpty();
                  }
                }));
      }
    }
    assertThat(tests).isNotEmpty();
    return tests;
  }

  /** A missing folder is a failure where its place was given, and a reason to skip elsewhere. */
  private static Path suite() {
    String given = System.getProperty("guanlan.conformance", "");
    if (!given.isEmpty()) {
      Path suite = Path.of(given);
      assertThat(suite).isDirectory();
      return suite;
    }
    Path beside =
        Path.of(System.getProperty("guanlan.root", "../..")).resolve("../shared/conformance");
    Assumptions.assumeTrue(Files.isDirectory(beside), "no conformance suite beside the project");
    return beside;
  }
}
