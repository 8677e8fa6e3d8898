package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.promql.Selectors;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Series that a group has no room for")
final class DroppedSeriesTest {

  private static final long MINUTE = 60_000;
  private static final long NOW = 1_700_000_000_000L;

  private final DroppedSeries dropped = new DroppedSeries();

  private List<Integer> lacking(long millis, String... expressions) throws Exception {
    List<List<SelectedWindow>> selections = new ArrayList<>();
    for (String expression : expressions) {
      selections.add(Selectors.of(Parser.parse(expression), 5 * MINUTE));
    }
    return dropped.lacking(selections, millis, MINUTE).stream().boxed().toList();
  }

  private static Labels series(String metric, String job) {
    return Labels.of("__name__", metric, "job", job);
  }

  @Test
  @DisplayName("are lacked by what selects them, as far back as it looks")
  void areLackedByWhatSelectsThem() throws Exception {
    dropped.add(series("c", "a"), NOW);
    String[] all = {"c", "rate(c[1h])", "c{job='b'}", "d", "{job='a'}", "vector(1)", "d or c"};
    assertThat(lacking(NOW, all)).containsExactly(0, 1, 4, 6);
    assertThat(lacking(NOW + 6 * MINUTE - 1, all)).containsExactly(0, 1, 4, 6);
    assertThat(lacking(NOW + 6 * MINUTE, all)).containsExactly(1);
    assertThat(lacking(NOW + 61 * MINUTE, all)).isEmpty();
  }

  @Test
  @DisplayName("of one metric that explodes do not hide those of another")
  void doNotHideOthers() throws Exception {
    for (int i = 0; i < 100_000; i++) {
      dropped.add(series("c", "job" + i), NOW);
    }
    dropped.add(series("d", "a"), NOW);
    assertThat(lacking(NOW, "d{job='a'}", "d{job='b'}", "e", "c{job='other'}"))
        .containsExactly(0, 3);
  }

  @Test
  @DisplayName("of more metrics than are told apart concern all that looks at any")
  void ofTooManyMetrics() throws Exception {
    for (int i = 0; i < 1_001; i++) {
      dropped.add(series("m" + i, "a"), NOW);
    }
    assertThat(lacking(NOW, "e", "vector(1)")).containsExactly(0);
  }

  @Test
  @DisplayName("are forgotten in time")
  void areForgotten() {
    dropped.add(series("c", "a"), NOW);
    dropped.add(series("c", "b"), NOW + MINUTE);
    dropped.forgetUpTo(NOW);
    assertThat(dropped.isEmpty()).isFalse();
    dropped.forgetUpTo(NOW + MINUTE);
    assertThat(dropped.isEmpty()).isTrue();
  }
}
