package dev.guanlan.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A SQL script")
final class SqlScriptTest {

  @Test
  @DisplayName("is cut at semicolons")
  void cut() {
    assertThat(SqlScript.statements("SELECT 1;\nSELECT 2 ;; "))
        .containsExactly("SELECT 1", "SELECT 2");
  }

  @Test
  @DisplayName("is not cut within quotes")
  void quotes() {
    assertThat(
            SqlScript.statements("SELECT 'a;b', `c;d`, \"e;f\", 'it''s; so', 'x\\';y'; SELECT 2"))
        .containsExactly("SELECT 'a;b', `c;d`, \"e;f\", 'it''s; so', 'x\\';y'", "SELECT 2");
  }

  @Test
  @DisplayName("loses its comments")
  void comments() {
    assertThat(SqlScript.statements("-- a; b\nSELECT /* c; d */ 1 -- end"))
        .containsExactly("SELECT  1");
  }
}
