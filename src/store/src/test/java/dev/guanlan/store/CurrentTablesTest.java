package dev.guanlan.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The current tables")
final class CurrentTablesTest {

  private final CurrentTables current = CurrentTables.ofThisRelease();

  @Test
  @DisplayName("are those of the newest layout, without what moves rows")
  void newest() {
    assertThat(current.tables().get("samples")).contains("digits Int64").doesNotContain("_next");
    assertThat(current.views().get("samples_final")).contains("GROUP BY key, timestamp");
    assertThat(current.statements())
        .noneSatisfy(statement -> assertThat(statement).containsPattern("^(INSERT|RENAME)"))
        .doesNotHaveDuplicates();
  }

  @Test
  @DisplayName("drop rows on the day that each of them names")
  void expire() {
    assertThat(current.tables())
        .allSatisfy(
            (name, statement) ->
                assertThat(statement + String.join("\n", current.changes()))
                    .as(name)
                    .containsPattern(
                        name.equals("series")
                            ? "ALTER TABLE series MODIFY TTL expires"
                            : "TTL expires"));
  }
}
