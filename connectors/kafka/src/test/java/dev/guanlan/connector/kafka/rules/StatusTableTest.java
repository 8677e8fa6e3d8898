package dev.guanlan.connector.kafka.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.rules.RuleFiles;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.schema.ActiveAlert;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.schema.RuleGroupStatus;
import dev.guanlan.schema.RuleStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The table of what rule groups came to")
final class StatusTableTest {

  private static final RecordFormat<RuleGroupStatus> FORMAT =
      RecordFormat.of(RuleGroupStatus.class);

  private final StatusTable table = new StatusTable(1 << 20);

  private static RuleGroupStatus status(int version, int part, int parts, String... rules) {
    List<RuleStatus> all = new ArrayList<>();
    for (String rule : rules) {
      ActiveAlert alert =
          ActiveAlert.newBuilder()
              .setLabels(Map.of("alertname", rule))
              .setFiring(true)
              .setActiveAtMillis(1)
              .setValue(1)
              .build();
      all.add(
          RuleStatus.newBuilder()
              .setName(rule)
              .setFiringAlerts(1)
              .setAlerts(List.of(alert))
              .setInputSeries(version)
              .build());
    }
    return RuleGroupStatus.newBuilder()
        .setNamespace("n")
        .setGroup("g")
        .setVersion(version)
        .setPart(part)
        .setParts(parts)
        .setFirstRule(2 * part)
        .setIntervalMillis(1)
        .setTickMillis(1)
        .setEvaluatedAtMillis(1)
        .setEvaluationSeconds(1)
        .setRules(all)
        .build();
  }

  private void put(RuleGroupStatus status) {
    table.put(RuleStatusRecords.key(status), FORMAT.encode(status));
  }

  private static RuleGroup group(String... rules) throws Exception {
    StringBuilder yaml = new StringBuilder("groups:\n  - name: g\n    rules:\n");
    for (String rule : rules) {
      yaml.append("      - {alert: ").append(rule).append(", expr: up}\n");
    }
    return RuleFiles.parse(yaml.toString(), "n").get(0);
  }

  private List<@Nullable String> matched(RuleGroup group, long version) {
    List<@Nullable String> names = new ArrayList<>();
    for (RuleStatus each : StatusTable.match(group, version, table.of("anonymous/n/g"))) {
      names.add(each == null ? null : each.getName() + each.getInputSeries());
    }
    return names;
  }

  @Test
  @DisplayName("joins the parts of one version, in whatever order they come")
  void joinsParts() throws Exception {
    put(status(2, 1, 3, "C", "D"));
    put(status(2, 2, 3, "E"));
    assertThat(table.of("anonymous/n/g")).as("without its first part").isEmpty();
    put(status(2, 0, 3, "A", "B"));
    RuleGroup group = group("A", "B", "C", "D", "E");
    assertThat(matched(group, 2)).containsExactly("A2", "B2", "C2", "D2", "E2");

    put(status(3, 0, 2, "A", "B"));
    assertThat(matched(group, 3))
        .as("the other parts are of the version before")
        .isEqualTo(Arrays.asList("A3", "B3", null, null, null));
    put(status(3, 1, 2, "C", "D"));
    assertThat(matched(group, 3))
        .as("there is no third")
        .isEqualTo(Arrays.asList("A3", "B3", "C3", "D3", null));
  }

  @Test
  @DisplayName("finds the rules of a group that has changed since by their names")
  void matchesByName() throws Exception {
    put(status(1, 0, 1, "A", "B", "B"));
    assertThat(matched(group("B", "New", "A", "B", "B"), 2))
        .isEqualTo(Arrays.asList("B1", null, "A1", "B1", null));
  }

  @Test
  @DisplayName("forgets what is gone, and takes what nobody can read for nothing")
  void forgets() {
    put(status(1, 0, 1, "A"));
    table.put("anonymous/n/g", null);
    assertThat(table.of("anonymous/n/g")).isEmpty();
    table.put("anonymous/n/g", new byte[] {1, 2, 3});
    assertThat(table.of("anonymous/n/g")).isEmpty();
  }

  @Test
  @DisplayName("holds no more alerts than it has room for, and still says how many there are")
  void leavesAlertsOut() {
    RuleGroupStatus status = status(1, 0, 1, "A");
    byte[] record = FORMAT.encode(status);
    StatusTable small = new StatusTable(record.length);
    small.put("anonymous/n/g", record);
    assertThat(small.of("anonymous/n/g")).containsExactly(status);
    small.put("anonymous/n/h", record);
    RuleStatus rule = small.of("anonymous/n/h").get(0).getRules().get(0);
    assertThat(rule.getAlerts()).isEmpty();
    assertThat(rule.getFiringAlerts()).isEqualTo(1);
    small.put("anonymous/n/g", null);
    small.put("anonymous/n/h", record);
    assertThat(small.of("anonymous/n/h")).as("there is room again").containsExactly(status);
  }
}
