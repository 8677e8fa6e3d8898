package dev.guanlan.rules.unittest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobsTest {

  @TempDir Path folder;

  @BeforeEach
  void makeFiles() throws IOException {
    for (String name :
        new String[] {"a.yml", "b.yml", "c-1.yaml", "d/a.yml", "e/a.yml", "[x].yml"}) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.createFile(file);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a.yml, a.yml",
    "none.yml, ''",
    "'', ''",
    "?.yml, a.yml b.yml",
    "*.yml, '[x].yml a.yml b.yml'",
    "*/a.yml, d/a.yml e/a.yml",
    "d/../[ab].yml, a.yml b.yml",
    "[^a].yml, b.yml",
    "[a-b].yml, a.yml b.yml",
    "*[0-9].y*l, c-1.yaml",
    "c[\\-]1.yaml, c-1.yaml",
    "\\[x\\].yml, [x].yml",
    "a.yml/*, ''",
    "./d/*, d/a.yml",
    "[é\\]b].yml, b.yml",
  })
  void findsWhatGoFinds(String pattern, String found) throws IOException {
    assertThat(Globs.find(folder, pattern).stream().map(file -> folder.relativize(file).toString()))
        .containsExactlyInAnyOrder(found.isEmpty() ? new String[0] : found.split(" ", -1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "[a", "[^", "a\\", "[a\\", "[b-a]"})
  void refusesMalformedPatterns(String pattern) {
    assertThatThrownBy(() -> Globs.find(folder, pattern))
        .hasMessage("syntax error in pattern \"" + pattern + "\"");
  }
}
