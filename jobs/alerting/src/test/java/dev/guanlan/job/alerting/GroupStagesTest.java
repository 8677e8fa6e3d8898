package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.RuleException;
import dev.guanlan.rules.RuleGroup;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Groups of a unit test are run")
final class GroupStagesTest {

  private static int[] stages(String... rules) throws Exception {
    StringBuilder yaml = new StringBuilder("groups:\n");
    for (int i = 0; i < rules.length; i++) {
      yaml.append("  - {name: g").append(i).append(", rules: [{").append(rules[i]).append("}]}\n");
    }
    List<CompiledGroup> groups = new ArrayList<>();
    for (RuleGroup group : TestingEvaluation.groups(yaml.toString())) {
      groups.add(CompiledGroup.of(group, 300_000));
    }
    return GroupStages.of(groups);
  }

  @Test
  @DisplayName("at once where none reads what another records")
  void together() throws Exception {
    assertThat(stages("record: a, expr: up", "alert: b, expr: down", "record: c, expr: c"))
        .containsExactly(0, 0, 0);
  }

  @Test
  @DisplayName("behind those whose records, or alerts, they may read")
  void behind() throws Exception {
    assertThat(
            stages(
                "record: a, expr: up",
                "alert: b, expr: a > 0",
                "record: c, expr: up",
                "record: d, expr: 'count(ALERTS)'",
                "record: e, expr: 'count({job=\"x\"})'"))
        .containsExactly(0, 1, 0, 2, 3);
  }

  @Test
  @DisplayName("not at all where one reads what a later one recorded at the tick before")
  void backward() {
    assertThatThrownBy(() -> stages("record: a, expr: b", "record: b, expr: up"))
        .isInstanceOf(RuleException.class)
        .hasMessageContaining("the group g0 reads what the later group g1 records");
  }
}
