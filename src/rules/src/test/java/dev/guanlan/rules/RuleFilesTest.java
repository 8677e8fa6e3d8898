package dev.guanlan.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.guanlan.rules.yaml.YamlDocuments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RuleFilesTest {

  static Stream<Path> refused() throws IOException {
    return files("refused");
  }

  static Stream<Path> accepted() throws IOException {
    return files("accepted");
  }

  private static Stream<Path> files(String folder) throws IOException {
    Path path = Path.of("src/test/resources/dev/guanlan/rules", folder);
    try (Stream<Path> files = Files.list(path)) {
      return files.sorted().toList().stream();
    }
  }

  /** The first line of each file says where the problem is and how its message begins. */
  @ParameterizedTest
  @MethodSource("refused")
  void refusesWithThePlaceOfTheProblem(Path file) throws IOException {
    String yaml = Files.readString(file, UTF_8);
    String expected = yaml.lines().findFirst().orElseThrow().substring(2);
    RuleFileException problem =
        catchThrowableOfType(RuleFileException.class, () -> RuleFiles.parse(yaml, "f.yaml"));
    assertThat(problem).as("is refused").isNotNull();
    assertThat(problem.problems().get(0).toString()).startsWith("f.yaml:" + expected);
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void accepts(Path file) throws Exception {
    assertThat(RuleFiles.read(Files.readString(file, UTF_8), "f.yaml")).isNotNull();
  }

  @Test
  void readsEveryField() throws Exception {
    Path file = Path.of("src/test/resources/dev/guanlan/rules/accepted/every-field.yaml");
    RuleFile read = RuleFiles.read(Files.readString(file, UTF_8), "node.yaml");
    RuleGroup group = read.groups().get(0);
    assertThat(group)
        .isEqualTo(
            new RuleGroup(
                "node.yaml",
                "every field",
                90_000,
                15_000,
                16,
                Map.of("team", "storage", "rank", "1"),
                List.of(
                    new RecordingRule(
                        "job:errors:rate5m",
                        "sum by (job) (rate(errors_total[5m]))",
                        Map.of("team", "storage", "rank", "2")),
                    new AlertingRule(
                        "Errors",
                        "job:errors:rate5m\n  > 0.5\n",
                        600_000,
                        3_600_000,
                        Map.of("severity", "page", "value", "{{ $value | humanize }}"),
                        Map.of(
                            "summary",
                            "{{ with $labels.job }}{{ . }}{{ else }}nobody{{ end }}")))));
    assertThat(read.groups().get(1).rules()).isEmpty();
    assertThat(read.warnings()).singleElement().asString().contains("first YAML document");
  }

  @Test
  void reportsEverythingThatIsWrong() {
    String yaml =
        """
        groups:
          - name: a
            rules:
              - {record: r, expr: "up +"}
              - {alert: a, expr: up, for: soon}
          - name: a
        """;
    RuleFileException problem =
        catchThrowableOfType(RuleFileException.class, () -> RuleFiles.parse(yaml, "f"));
    assertThat(problem.problems()).hasSize(3);
  }

  @Test
  void refusesWhatIsNestedTooDeep() {
    String yaml = "groups: " + "[".repeat(100_000);
    assertThat(catchThrowableOfType(RuleFileException.class, () -> RuleFiles.parse(yaml, "f")))
        .hasMessageContaining("nested deeper");
  }

  @Test
  void refusesWhatIsTooLong() {
    String yaml = "# " + "x".repeat(YamlDocuments.MAX_CODE_POINTS) + "\ngroups: []";
    assertThat(catchThrowableOfType(RuleFileException.class, () -> RuleFiles.parse(yaml, "f")))
        .hasMessageContaining("split it");
  }

  @Test
  void refusesABombOfAliases() {
    StringBuilder yaml = new StringBuilder("groups:\n  - &a {name: g}\n");
    yaml.append("  - *a\n".repeat(YamlDocuments.MAX_ALIASES + 1));
    assertThat(
            catchThrowableOfType(
                RuleFileException.class, () -> RuleFiles.parse(yaml.toString(), "f")))
        .hasMessageContaining("aliases");
  }

  @Test
  void readsAGroupByItself() throws Exception {
    RuleGroup group =
        RuleFiles.readGroup(
                "name: g\nrules: [{record: r, expr: up}]",
                "team/a",
                RuleFileOptions.STREAMED,
                each -> {})
            .groups()
            .get(0);
    assertThat(group.namespace()).isEqualTo("team/a");
    assertThat(group.rules()).containsExactly(new RecordingRule("r", "up", Map.of()));
    for (String none : List.of("", "null", "# nothing")) {
      assertThat(
              catchThrowableOfType(
                  RuleFileException.class,
                  () -> RuleFiles.readGroup(none, "n", RuleFileOptions.STREAMED, each -> {})))
          .hasMessageContaining("there is no rule group");
    }
    assertThat(
            catchThrowableOfType(
                RuleFileException.class,
                () -> RuleFiles.readGroup("groups: []", "n", RuleFileOptions.STREAMED, each -> {})))
        .hasMessageContaining("n:1:1: field \"groups\" not found in a rule group");
  }

  @Test
  void aGroupByItselfHasWarningsToo() throws Exception {
    RuleFile read =
        RuleFiles.readGroup(
            "name: g\nrules: [{record: r, expr: 'up[5m]'}]\n---\nname: h",
            "n",
            RuleFileOptions.STREAMED,
            each -> {});
    assertThat(read.warnings().stream().map(Object::toString))
        .satisfiesExactly(
            expression -> assertThat(expression).startsWith("n:2:27: the expression gives neither"),
            document -> assertThat(document).startsWith("n:3:1: only the first YAML document"));
  }

  @Test
  void saysWhereAGroupIsThatIsWrongAsAWhole() {
    String yaml =
        """
        groups:
          - name: a
          - name: b
          - {name: c, interval: never}
        """;
    RuleFiles.GroupCheck check =
        group -> {
          if (!group.name().equals("a")) {
            throw new RuleException("the group " + group.name() + " is too large; split it");
          }
        };
    RuleFileException problem =
        catchThrowableOfType(
            RuleFileException.class,
            () -> RuleFiles.read(yaml, "f", RuleFileOptions.STREAMED, check));
    assertThat(problem.problems().stream().map(Object::toString))
        .satisfiesExactly(
            large -> assertThat(large).isEqualTo("f:3:5: the group b is too large; split it"),
            wrong -> assertThat(wrong).as("and no more of it").startsWith("f:4:"));
  }

  @Test
  void takesWhatAStreamCanEvaluateWhereThatMatters() throws Exception {
    String yaml =
        """
        groups:
          - name: g
            labels: {x: "{{ nothing }}"}
            rules:
              - {record: r, expr: m @ 1000}
              - alert: a
                expr: up
                annotations: {value: '{{ query "m @ 1000" }}', other: '{{ query "m +" }}'}
        """;
    assertThat(RuleFiles.parse(yaml.replace("'{{ query \"m +\" }}'", "x"), "f")).hasSize(1);
    RuleFileException problem =
        catchThrowableOfType(
            RuleFileException.class, () -> RuleFiles.read(yaml, "f", RuleFileOptions.STREAMED));
    assertThat(problem.problems().stream().map(Object::toString))
        .as("a fixed time is as good as another")
        .noneMatch(text -> text.contains("m @ 1000"))
        .anyMatch(text -> text.contains("annotation \"other\": could not parse the query"))
        .anyMatch(text -> text.startsWith("f:3:") && text.contains("nothing"));
  }

  @Test
  void keysOfDifferentGroupsDiffer() {
    assertThat(RuleGroup.key("t", "node.yaml", "a/b")).isEqualTo("t/node.yaml/a/b");
    assertThat(RuleGroup.key("t", "node.yaml/a", "b")).isEqualTo("t/node.yaml%2Fa/b");
    assertThat(RuleGroup.key("t", "node.yaml%2Fa", "b")).isEqualTo("t/node.yaml%252Fa/b");
  }

  @Test
  void ticksAreOnAGridThatTheNameMoves() {
    long offset = RuleGroup.offsetMillis("f", "g", 60_000);
    assertThat(offset).isBetween(0L, 59_999L).isEqualTo(RuleGroup.offsetMillis("f", "g", 60_000));
    long tick = RuleGroup.firstTickAfter(1_700_000_000_000L, 60_000, offset);
    assertThat((tick - offset) % 60_000).isZero();
    assertThat(tick).isBetween(1_700_000_000_001L, 1_700_000_060_000L);
    assertThat(RuleGroup.firstTickAfter(tick, 60_000, offset)).isEqualTo(tick + 60_000);
    assertThat(RuleGroup.firstTickAfter(tick - 1, 60_000, offset)).isEqualTo(tick);
  }
}
