package dev.guanlan.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A compiled group")
final class CompiledGroupTest {

  private static final String BEFORE =
      """
      interval: 15s
      query_offset: 5s
      rules:
      - {alert: A, expr: "sum by (job) (rate(m{job=~'a.*'}[5m])) > 1"}
      - {alert: B, expr: "up == 0"}
      """;

  private static CompiledGroup of(String group) throws Exception {
    RuleGroup read = RuleFiles.parse("groups:\n- name: g\n" + group.indent(2), "file").get(0);
    return CompiledGroup.of(read, 300_000);
  }

  private static CompiledGroup after(String rules) throws Exception {
    return of("interval: 15s\nquery_offset: 5s\nrules:\n" + rules);
  }

  @DisplayName("looks within what another does if it has the same selectors over no longer ranges")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "- {alert: A, expr: \"max(increase(m{job=~'a.*'}[5m])) > 7\", for: 5m, labels: {a: b}}",
        "- {alert: A, expr: \"rate(m{job=~'a.*'}[1m]) > 1\"}",
        "- {alert: A, expr: 'max_over_time(up[5m]) > 1 or absent(up)'}",
        "- {alert: A, expr: 'vector(1)'}"
      })
  void looksWithin(String rules) throws Exception {
    assertThat(after(rules).looksWithin(of(BEFORE))).isTrue();
  }

  @DisplayName("looks at more with another selector, a longer range or another offset")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "- {alert: A, expr: \"rate(m{job=~'a.*'}[6m]) > 1\"}",
        "- {alert: A, expr: \"rate(m{job=~'b.*'}[5m]) > 1\"}",
        "- {alert: A, expr: 'rate(m[5m]) > 1'}",
        "- {alert: A, expr: 'up offset 1m == 0'}",
        "- {alert: A, expr: 'up offset -1m == 0'}"
      })
  void looksAtMore(String rules) throws Exception {
    assertThat(after(rules).looksWithin(of(BEFORE))).isFalse();
  }

  @DisplayName("does not look within what has other ticks")
  @Test
  void hasOtherTicks() throws Exception {
    assertThat(of(BEFORE.replace("15s", "30s")).looksWithin(of(BEFORE))).isFalse();
    assertThat(of(BEFORE.replace("5s\n", "4s\n")).looksWithin(of(BEFORE))).isFalse();
    assertThat(of(BEFORE).looksWithin(of(BEFORE))).isTrue();
  }
}
