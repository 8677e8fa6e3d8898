package dev.guanlan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The migrations of this release")
final class MigrationFilesTest {

  /**
   * What makes a statement repeatable: it says so, it prepares a table that nobody reads yet, it
   * sets what may be set already, or it fills a table that collapses what it has.
   */
  private static final String REPEATABLE =
      "IF NOT EXISTS|OR REPLACE|_next\\b|ALTER TABLE \\w+ MODIFY|^INSERT INTO series_labels";

  private final List<Migrations.Migration> migrations = Migrations.ofThisRelease().list();

  @Test
  @DisplayName("are all the files of the folder")
  void complete() throws IOException, URISyntaxException {
    Path folder =
        Path.of(Objects.requireNonNull(Migrations.class.getResource("migrations")).toURI());
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()).sorted().toList())
          .isEqualTo(migrations.stream().map(Migrations.Migration::file).toList());
    }
  }

  @Test
  @DisplayName("are numbered from one without gaps")
  void numbered() {
    for (int i = 0; i < migrations.size(); i++) {
      assertThat(migrations.get(i).version()).isEqualTo(i + 1);
      assertThat(migrations.get(i).file()).matches("[0-9]{4}_[a-z_]+\\.sql");
    }
  }

  @Test
  @DisplayName("may run twice")
  void repeatable() {
    for (Migrations.Migration migration : migrations) {
      assertThat(SqlScript.statements(migration.sql()))
          .as(migration.file())
          .isNotEmpty()
          .allSatisfy(statement -> assertThat(statement).containsPattern(REPEATABLE));
    }
  }
}
