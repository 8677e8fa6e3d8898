package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.promql.Selectors;
import dev.guanlan.rules.CompiledGroup;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Windows that were given up")
final class GivenUpWindowsTest {

  private static final long MINUTE = 60_000;
  private static final long NOW = 1_700_000_000_000L;

  private final GivenUpWindows windows = new GivenUpWindows();

  private static CompiledGroup group(String... expressions) throws Exception {
    StringBuilder yaml = new StringBuilder("groups: [{name: g, rules: [");
    for (String expression : expressions) {
      yaml.append("{record: r, expr: '").append(expression).append("'},");
    }
    return CompiledGroup.of(TestingEvaluation.groups(yaml + "]}]").get(0), 5 * MINUTE);
  }

  private static List<SelectedWindow> selection(String expression) throws Exception {
    return Selectors.of(Parser.parse(expression), 5 * MINUTE);
  }

  private void giveUp(String expression) throws Exception {
    assertThat(windows.giveUp(selection(expression).get(0).matchers(), NOW, NOW)).isTrue();
  }

  private boolean refuses(String expression, long millis) throws Exception {
    return windows.refusal(selection(expression), millis, MINUTE) != null;
  }

  @Test
  @DisplayName("are lacked until they have been full for a while")
  void areLacked() throws Exception {
    windows.follow(group("rate(m[1h])", "rate(m[5m])", "d"), NOW);
    giveUp("m");
    assertThat(refuses("rate(m[1h])", NOW)).isTrue();
    assertThat(refuses("rate(m[5m])", NOW)).isFalse();
    assertThat(refuses("d", NOW)).isFalse();
    giveUp("m");
    assertThat(refuses("rate(m[5m])", NOW)).isTrue();
    assertThat(windows.giveUp(selection("m").get(0).matchers(), NOW, NOW)).isFalse();

    long resumed = NOW + GivenUpWindows.PAUSE_MILLIS;
    assertThat(windows.resume(resumed - 1)).isFalse();
    assertThat(windows.resume(resumed)).isTrue();
    assertThat(refuses("rate(m[5m])", resumed + 6 * MINUTE - 1)).isTrue();
    assertThat(refuses("rate(m[5m])", resumed + 6 * MINUTE)).isFalse();
    assertThat(refuses("rate(m[1h])", resumed + 61 * MINUTE - 1)).isTrue();
    windows.forgetFull(resumed + 61 * MINUTE, 60 * MINUTE, MINUTE);
    assertThat(windows.isEmpty()).isTrue();
  }

  @Test
  @DisplayName("are lacked by others of the same metric that a change of the group brings")
  void areInherited() throws Exception {
    windows.follow(group("rate(m[10m])", "d"), NOW);
    giveUp("m");
    windows.follow(
        group("rate(m[5m])", "rate(m[1h])", "m{job=\"a\"}", "{job=\"a\"}", "d", "e"), NOW);
    for (String selects : List.of("rate(m[5m])", "rate(m[1h])", "m{job=\"a\"}", "{job=\"a\"}")) {
      assertThat(refuses(selects, NOW + 5 * MINUTE)).as(selects).isTrue();
    }
    assertThat(refuses("d", NOW)).isFalse();
    assertThat(refuses("e", NOW)).isFalse();
    assertThat(refuses("rate(m[5m])", NOW + 6 * MINUTE)).isFalse();
    assertThat(windows.choose(Labels.of("__name__", "m"))).isFalse();
  }

  @Test
  @DisplayName("do not hide behind a wider one that a change brings")
  void aWiderOneLacksTheSame() throws Exception {
    windows.follow(group("rate(m[5m])"), NOW);
    giveUp("m");
    windows.follow(group("rate(m[5m])", "rate(m[1h])"), NOW);
    assertThat(refuses("rate(m[5m])", NOW + 6 * MINUTE - 1)).isTrue();
    assertThat(refuses("rate(m[1h])", NOW + 6 * MINUTE)).isTrue();
  }

  @Test
  @DisplayName("are known by their texts after a restart")
  void areRestored() throws Exception {
    windows.follow(group("rate(m[1h])", "d"), NOW);
    giveUp("m");
    Map<String, Long> state = Objects.requireNonNull(windows.takeChanged());
    assertThat(state)
        .containsExactly(
            Map.entry(
                "SelectedWindow[matchers=[__name__=\"m\"], millisBack=3600000, millisAhead=0]",
                NOW));
    assertThat(windows.takeChanged()).isNull();

    GivenUpWindows restored = new GivenUpWindows();
    state.forEach(restored::restore);
    restored.follow(group("rate(m[1h])", "d"), NOW);
    assertThat(restored.refusal(selection("rate(m[1h])"), NOW + MINUTE, MINUTE)).isNotNull();
    assertThat(restored.refusal(selection("d"), NOW + MINUTE, MINUTE)).isNull();
    assertThat(restored.isPausing()).isFalse();
  }

  @Test
  @DisplayName("make all suspect if the group was changed before it was known what they are")
  void areRestoredToAnotherVersion() throws Exception {
    GivenUpWindows restored = new GivenUpWindows();
    restored.restore("of another version", NOW);
    restored.follow(group("rate(m[1h])", "d"), NOW);
    assertThat(restored.refusal(selection("d"), NOW + MINUTE, MINUTE)).isNotNull();
    assertThat(restored.refusal(selection("d"), NOW + 6 * MINUTE, MINUTE)).isNull();
  }

  @Test
  @DisplayName("are none, but for a restart, where a series was left out that is known otherwise")
  void leftOutOfAny() throws Exception {
    windows.follow(group("d", "e"), NOW);
    windows.leftOutOf("d", NOW - MINUTE);
    windows.leftOutOf(null, NOW);
    assertThat(refuses("d", NOW)).isFalse();
    Map<String, Long> state = Objects.requireNonNull(windows.takeChanged());
    assertThat(state).containsExactly(Map.entry("*d", NOW));

    GivenUpWindows restored = new GivenUpWindows();
    state.forEach(restored::restore);
    restored.follow(group("d", "e", "{job=\"a\"}"), NOW);
    assertThat(restored.refusal(selection("d"), NOW + 6 * MINUTE - 1, MINUTE)).isNotNull();
    assertThat(restored.refusal(selection("{job=\"a\"}"), NOW, MINUTE)).isNotNull();
    assertThat(restored.refusal(selection("e"), NOW, MINUTE)).isNull();

    windows.forgetFull(NOW + 6 * MINUTE, 5 * MINUTE, MINUTE);
    assertThat(windows.takeChanged()).isEmpty();
  }

  @Test
  @DisplayName("are not shown to the queries of templates, but what is whole is")
  void queriesOfTemplates() throws Exception {
    windows.follow(group("rate(m[1h])", "rate(m[5m])", "d"), NOW);
    giveUp("m");
    List<SelectedWindow> m = selection("rate(m[5m])");
    assertThat(windows.refusal(m.get(0).matchers(), 5 * MINUTE)).isNull();
    assertThat(windows.refusal(m.get(0).matchers(), 6 * MINUTE)).isNotNull();
    assertThat(windows.refusal(selection("d").get(0).matchers(), 9 * MINUTE)).isNull();
    assertThat(windows.refusal(selection("e").get(0).matchers(), MINUTE)).isNotNull();
  }
}
