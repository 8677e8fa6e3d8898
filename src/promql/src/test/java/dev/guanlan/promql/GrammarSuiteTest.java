package dev.guanlan.promql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Holds the parser against the grammar that Prometheus' own editor has, if its suite is there. */
@DisplayName("The grammar of Prometheus' editor")
class GrammarSuiteTest {

  /** Marks a tree that the editor could not complete. */
  private static final String ERROR_NODE = "⚠";

  private record Case(String text, boolean accepted) {}

  @Test
  void acceptsAndRefusesTheSameExpressions() throws IOException {
    List<String> differences = new ArrayList<>();
    List<Case> cases = cases(Files.readString(file()));
    for (Case each : cases) {
      try {
        Expression tree = Parser.parse(each.text(), ParserOptions.ALL);
        if (!each.accepted()) {
          differences.add("accepted: " + each.text());
        }
        assertThat(Stripped.of(Parser.parse(tree.toString(), ParserOptions.ALL), false))
            .as(each.text())
            .isEqualTo(Stripped.of(tree, false));
      } catch (PromqlException e) {
        if (each.accepted()) {
          differences.add("refused: " + each.text() + ": " + e.getMessage());
        }
      }
    }
    assertThat(differences).isEmpty();
    assertThat(cases).hasSize(72);
  }

  /** Cuts the suite at its titles; a case is an expression, an arrow and the editor's tree. */
  private static List<Case> cases(String suite) {
    List<Case> cases = new ArrayList<>();
    for (String part : suite.split("(?m)^# .*$", 0)) {
      int arrow = part.indexOf("==>");
      if (arrow >= 0) {
        cases.add(
            new Case(
                part.substring(0, arrow).strip(), !part.substring(arrow).contains(ERROR_NODE)));
      }
    }
    return cases;
  }

  private static Path file() {
    String configured = System.getProperty("guanlan.conformance", "");
    String root = System.getProperty("guanlan.root", "");
    Path folder =
        configured.isEmpty()
            ? Path.of(root.isEmpty() ? "." : root, "..", "shared", "conformance")
            : Path.of(configured);
    Path file = folder.resolve("grammar").resolve("promql-expression.txt");
    boolean present = Files.isRegularFile(file);
    if (!present && !configured.isEmpty()) {
      fail("guanlan.conformance says " + configured + ", but there is no file " + file);
    }
    assumeTrue(present, () -> "skipped: there is no public grammar suite at " + file);
    return file;
  }
}
