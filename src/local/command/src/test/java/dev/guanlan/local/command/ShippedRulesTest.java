package dev.guanlan.local.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.rules.AlertingRule;
import dev.guanlan.rules.RecordingRule;
import dev.guanlan.rules.Rule;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.rules.unittest.FileReport;
import dev.guanlan.rules.unittest.UnitTestOptions;
import dev.guanlan.rules.unittest.UnitTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShippedRulesTest {

  private static final Path ROOT =
      Path.of(System.getProperty("guanlan.root", "../../..")).toAbsolutePath().normalize();

  @TempDir private Path folder;

  private final List<RuleGroup> groups = ShippedRules.check(ShippedRules.files(ROOT, List.of()));

  @Test
  void every_shipped_rule_file_loads() {
    assertThat(ShippedRules.files(ROOT, List.of()))
        .extracting(file -> file.getFileName().toString())
        .containsExactly("node.yaml", "services.yaml");
    assertThat(groups).extracting(RuleGroup::name).containsExactly("node", "services");
  }

  @Test
  void the_node_rules_cover_load_cpu_memory_disk_and_instances_that_are_down() {
    assertThat(alerts())
        .extracting(AlertingRule::name)
        .contains("InstanceDown", "NodeLoadHigh", "NodeCpuHigh", "NodeMemoryHigh", "NodeDiskFull");
    assertThat(alerts())
        .filteredOn(rule -> rule.name().equals("NodeCpuHigh"))
        .extracting(AlertingRule::expr)
        .containsExactly(
            "100 - (avg by (instance) (irate(node_cpu_seconds_total{mode=\"idle\"}[5m])) * 100)"
                + " > 90");
    assertThat(alerts())
        .filteredOn(rule -> rule.name().equals("InstanceDown"))
        .allSatisfy(
            rule -> {
              assertThat(rule.expr()).isEqualTo("up == 0");
              assertThat(rule.forMillis()).isEqualTo(60_000);
            });
  }

  @Test
  void every_alert_has_a_severity_a_summary_a_description_and_a_runbook() {
    assertThat(alerts())
        .isNotEmpty()
        .allSatisfy(
            rule -> {
              assertThat(rule.labels()).containsKey("severity");
              assertThat(rule.annotations()).containsKeys("summary", "description", "runbook");
            });
  }

  @Test
  void both_files_record_as_well_as_alert() {
    assertThat(groups)
        .allSatisfy(
            group -> assertThat(group.rules()).hasAtLeastOneElementOfType(RecordingRule.class));
  }

  @Test
  void the_unit_tests_of_the_shipped_rules_pass_and_make_every_alert_fire() throws IOException {
    StringBuilder texts = new StringBuilder();
    try (Stream<Path> files = Files.list(ROOT.resolve("src/local/rules/tests"))) {
      for (Path file : files.sorted().toList()) {
        FileReport report = UnitTests.run(file, UnitTestOptions.DEFAULTS);
        assertThat(report.passed()).as("%s: %s", file, report).isTrue();
        assertThat(report.warnings()).isEmpty();
        assertThat(report.tests()).isNotEmpty();
        texts.append(Files.readString(file));
      }
    }
    assertThat(alerts())
        .allSatisfy(
            rule ->
                assertThat(texts)
                    .containsPattern(
                        "alertname=\"%1$s\", alertstate=\"firing\"|alertname: %1$s\n *exp_alerts"
                            .formatted(rule.name())));
  }

  @Test
  void a_file_that_is_wrong_is_named_with_line_and_column() throws IOException {
    Path wrong = folder.resolve("mine.yaml");
    Files.writeString(
        wrong, "groups:\n  - name: a\n    rules:\n      - alert: X\n        expr: 'sum('\n");
    assertThatThrownBy(() -> ShippedRules.check(ShippedRules.files(ROOT, List.of(wrong))))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("mine.yaml:5:");
  }

  @Test
  void a_folder_gives_its_rule_files_and_an_empty_one_is_refused() throws IOException {
    assertThatThrownBy(() -> ShippedRules.files(ROOT, List.of(folder)))
        .hasMessageContaining("no rule file");
    Files.writeString(folder.resolve("b.yml"), "groups: []");
    Files.writeString(folder.resolve("a.yaml"), "groups: []");
    Files.writeString(folder.resolve("notes.txt"), "x");
    assertThat(ShippedRules.files(ROOT, List.of(folder)))
        .containsExactly(folder.resolve("a.yaml"), folder.resolve("b.yml"));
  }

  private List<AlertingRule> alerts() {
    return groups.stream()
        .flatMap(group -> group.rules().stream())
        .filter(AlertingRule.class::isInstance)
        .map((Rule rule) -> (AlertingRule) rule)
        .toList();
  }
}
