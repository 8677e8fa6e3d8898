package dev.guanlan.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
    return DecomposedGroup.of(CompiledGroup.of(group, 300_000), 300_000);
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
        "- {alert: A, expr: '{job=\"x\"} > 1'}",
        "- {alert: A, expr: 'max_over_time(m[5m:1m]) > 1'}",
        "- {alert: A, expr: 'vector(1)'}",
        "- {record: 'm', expr: 'sum(m)'}",
        "- {alert: A, expr: 'n > 1 and m{__leaf__=\"0\"}'}",
        "- {alert: A, expr: 'm > 1', annotations: {x: '{{ $l := $labels.q }}{{ query $l }}'}}"
      })
  void isNone(String rules) throws Exception {
    assertThat(of(rules)).isEmpty();
  }

  private static List<String> rest(DecomposedGroup group) {
    return group.rest().rules().stream().map(rule -> rule.expression().toString()).toList();
  }

  private static List<String> windows(CompiledGroup group) {
    return group.windows().stream()
        .map(window -> window.matchers() + " " + window.millisBack() / 1_000)
        .toList();
  }

  @DisplayName("keeps to itself what may choose what it records")
  @Test
  void keepsItsOwn() throws Exception {
    DecomposedGroup group =
        of("""
        - {record: "a:sum", expr: "sum(rate(m[5m])) / sum(rate(m[5m]))"}
        - {alert: High, expr: "max_over_time(a:sum[2m]) > 3 and on () n"}
        - {alert: Higher, expr: "n unless on () ALERTS{alertname='High'}"}
        - {record: "b:sum", expr: "count({job='x'}) + count(a:sum offset 1m)"}
        """)
            .orElseThrow();
    assertThat(group.leaves()).map(Object::toString).containsExactly("rate(m[5m])", "n");
    assertThat(rest(group))
        .element(1)
        .isEqualTo("max_over_time(a:sum[2m]) > 3 and on () n{__leaf__=\"1\"}");
    assertThat(windows(group.rest()))
        .containsExactly(
            "[__name__=\"a:sum\"] 120",
            "[__name__=\"ALERTS\", alertname=\"High\"] 300",
            "[job=\"x\"] 300",
            "[__name__=\"a:sum\"] 360");
    // Each as often as the rules look at it.
    assertThat(windows(group.inShards()))
        .containsExactly(
            "[__name__=\"m\"] 300",
            "[__name__=\"m\"] 300",
            "[__name__=\"n\"] 300",
            "[__name__=\"n\"] 300");
    assertThat(group.whole().windows())
        .containsAll(group.rest().windows())
        .containsAll(group.inShards().windows());
  }

  @DisplayName("may read the alerts of others")
  @Test
  void mayReadTheAlertsOfOthers() throws Exception {
    DecomposedGroup group =
        of("- {alert: A, expr: 'm > 1 unless ALERTS{alertname=\"B\"}'}").orElseThrow();
    assertThat(group.leaves()).hasSize(2);
    assertThat(group.rest().windows()).isEmpty();
  }
}
