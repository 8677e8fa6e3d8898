package dev.guanlan.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A decomposed group")
final class DecomposedGroupTest {

  private static Optional<DecomposedGroup> of(String rules) throws Exception {
    RuleGroup group =
        RuleFiles.parse("groups:\n- name: g\n  rules:\n" + rules.indent(2), "file").get(0);
    return DecomposedGroup.of(CompiledGroup.of(group, 300_000));
  }

  @DisplayName("shares the leaves of its rules")
  @Test
  void sharesTheLeavesOfItsRules() throws Exception {
    DecomposedGroup group =
        of("""
        - {record: "a:sum", expr: "sum(rate(m[5m]))"}
        - {alert: High, expr: "max(rate(m[5m])) > 3"}
        - {alert: None, expr: "absent(up)"}
        """)
            .orElseThrow();
    assertThat(group.leaves()).map(Object::toString).containsExactly("rate(m[5m])", "up");
    assertThat(group.rest().windows()).isEmpty();
    assertThat(group.whole().windows()).hasSize(3);
  }

  @DisplayName("is none if the group must be evaluated as a whole")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "- {record: 'a:sum', expr: 'sum(rate(m[5m]))'}\n- {alert: A, expr: 'a:sum > 1'}",
        "- {alert: A, expr: 'm > 1 unless ALERTS'}",
        "- {alert: A, expr: '{job=\"x\"} > 1'}",
        "- {alert: A, expr: 'max_over_time(m[5m:1m]) > 1'}",
        "- {alert: A, expr: 'm > 1', annotations: {x: '{{ $l := $labels.q }}{{ query $l }}'}}"
      })
  void isNone(String rules) throws Exception {
    assertThat(of(rules)).isEmpty();
  }

  @DisplayName("may read the alerts of others")
  @Test
  void mayReadTheAlertsOfOthers() throws Exception {
    assertThat(of("- {alert: A, expr: 'm > 1 unless ALERTS{alertname=\"B\"}'}")).isPresent();
  }
}
