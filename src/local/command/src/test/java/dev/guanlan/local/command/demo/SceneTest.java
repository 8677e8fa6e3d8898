package dev.guanlan.local.command.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.local.command.look.GraphSize.Size;
import dev.guanlan.local.command.look.Pages.Page;
import dev.guanlan.local.command.look.StoredRows.Stored;
import dev.guanlan.local.command.terminal.Style;
import dev.guanlan.schema.AlertState;
import dev.guanlan.schema.AlertTransition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SceneTest {

  private final Scene scene = new Scene(fleet().jobs());

  @Nested
  class Rows {

    @Test
    void a_rate_is_what_a_table_grew_by_within_the_last_seconds() {
      scene.rows(0, Map.of("samples", new Stored(1_000, 1)));
      scene.rows(5_000, Map.of("samples", new Stored(2_000, 1)));
      assertThat(scene.rate("samples")).isEqualTo(200.0);
      scene.rows(60_000, Map.of("samples", new Stored(2_000, 1)));
      scene.rows(61_000, Map.of("samples", new Stored(2_000, 1)));
      assertThat(scene.rate("samples")).isZero();
      assertThat(scene.grown()).isEqualTo(1_000);
    }

    @Test
    void a_merge_that_collapses_duplicates_is_no_negative_rate() {
      scene.rows(0, Map.of("series", new Stored(100, 1)));
      scene.rows(1_000, Map.of("series", new Stored(60, 1)));
      assertThat(scene.rate("series")).isZero();
      assertThat(scene.grown()).isZero();
    }

    @Test
    void a_table_that_appears_later_counts_from_nothing() {
      scene.rows(0, Map.of());
      scene.rows(1_000, Map.of("logs", new Stored(50, 1)));
      assertThat(scene.rate("logs")).isEqualTo(50.0);
      assertThat(scene.grown()).isEqualTo(50);
    }
  }

  @Nested
  class Alerts {

    @Test
    void a_story_goes_from_the_first_bad_sample_to_alertmanager() {
      scene.fault("payment=errors", 10_000);
      scene.transition(step(AlertState.PENDING, 15_000, 14_200));
      scene.transition(step(AlertState.FIRING, 25_000, 24_100));
      assertThat(scene.pages(27_000, List.of(page(26_500)))).hasSize(1);

      AlertStory story = scene.firstOfFault().orElseThrow();
      assertThat(story.firstBadMillis()).isEqualTo(14_200);
      assertThat(story.pendingMillis()).isEqualTo(15_000);
      assertThat(story.firingMillis()).isEqualTo(25_000);
      assertThat(story.arrivedMillis()).isEqualTo(26_500);
      assertThat(story.subject()).isEqualTo("shop/payment");
      assertThat(story.summary()).isEqualTo("shop/payment fails");
      assertThat(new Board(scene, fleet(), 20, Style.PLAIN).arrival(story))
          .isEqualTo("at Alertmanager 12.3 s after the first bad sample, 16.5 s after the fault");
    }

    @Test
    void it_arrives_once_even_if_alertmanager_is_told_again_and_again() {
      scene.transition(step(AlertState.PENDING, 15_000, 14_200));
      scene.transition(step(AlertState.FIRING, 25_000, 24_100));
      assertThat(scene.pages(27_000, List.of(page(26_500)))).hasSize(1);
      assertThat(scene.pages(57_000, List.of(page(56_500)))).isEmpty();
      assertThat(scene.stories().get(0).arrivedMillis()).isEqualTo(26_500);
    }

    @Test
    void a_page_of_another_alert_is_not_its_arrival() {
      scene.transition(step(AlertState.PENDING, 15_000, 14_200));
      scene.transition(step(AlertState.FIRING, 25_000, 24_100));
      Page other = new Page(Map.of("alertname", "Errors", "job", "shop/cart"), Map.of(), 1, 26_000);
      assertThat(scene.pages(27_000, List.of(other))).isEmpty();
    }

    @Test
    void an_alert_that_was_bad_before_the_fault_is_not_of_the_fault() {
      scene.transition(step(AlertState.PENDING, 5_000, 4_200));
      scene.fault("payment=errors", 10_000);
      scene.transition(step(AlertState.FIRING, 15_000, 14_100));
      scene.pages(16_000, List.of(page(15_500)));
      assertThat(scene.firstOfFault()).isEmpty();
      assertThat(scene.inState(AlertState.FIRING)).isEqualTo(1);
    }

    @Test
    void an_alert_that_was_pending_before_anybody_looked_is_known_by_its_first_tick() {
      scene.fault("payment=errors", 10_000);
      scene.transition(
          AlertTransition.newBuilder(step(AlertState.FIRING, 25_000, 24_100))
              .setActiveAtMillis(5_000)
              .build());
      scene.pages(27_000, List.of(page(26_500)));
      assertThat(scene.stories().get(0).firstBadMillis()).isEqualTo(5_000);
      assertThat(scene.firstOfFault()).isEmpty();
    }

    @Test
    void an_alert_about_something_else_than_the_fleet_is_not_of_the_fault() {
      Scene others = new Scene(Set.of("shop/cart"));
      others.fault("cart=errors", 10_000);
      others.transition(step(AlertState.PENDING, 15_000, 14_200));
      others.transition(step(AlertState.FIRING, 25_000, 24_100));
      others.pages(27_000, List.of(page(26_500)));
      assertThat(others.stories().get(0).arrivedMillis()).isEqualTo(26_500);
      assertThat(others.firstOfFault()).isEmpty();
    }

    @Test
    void one_that_comes_back_after_it_was_resolved_begins_anew() {
      scene.transition(step(AlertState.PENDING, 15_000, 14_200));
      scene.transition(step(AlertState.FIRING, 25_000, 24_100));
      scene.transition(step(AlertState.RESOLVED, 60_000, 59_000));
      assertThat(scene.inState(AlertState.RESOLVED)).isEqualTo(1);
      scene.transition(step(AlertState.PENDING, 90_000, 89_000));
      assertThat(scene.stories()).hasSize(1);
      assertThat(scene.stories().get(0).firstBadMillis()).isEqualTo(89_000);
    }
  }

  @Nested
  class The_end {

    @Test
    void names_each_thing_that_did_not_come() {
      assertThat(scene.missing())
          .containsExactly(
              "no row came into ClickHouse",
              "no service came into the graph in Neo4j",
              "no fault was injected in this time, so no alert could come");
      scene.fault("payment=errors", 10_000);
      assertThat(scene.missing()).contains("no alert of the fault came to Alertmanager");
    }

    @Test
    void is_content_when_rows_nodes_and_the_faults_alert_came() {
      scene.rows(0, Map.of());
      scene.rows(1_000, Map.of("samples", new Stored(5, 1)));
      scene.graph(new Size(30, 9, 60, 14));
      scene.fault("payment=errors", 10_000);
      scene.transition(step(AlertState.PENDING, 15_000, 14_200));
      scene.transition(step(AlertState.FIRING, 25_000, 24_100));
      scene.pages(27_000, List.of(page(26_500)));
      assertThat(scene.missing()).isEmpty();
    }
  }

  @Test
  void the_board_tells_rows_graph_and_alerts() {
    Stored none = new Stored(0, 0);
    Stored migrations = new Stored(4, 1);
    scene.rows(0, Map.of("samples", none, "flows", none, "migrations", migrations));
    scene.rows(
        1_000, Map.of("samples", new Stored(2_310, 1), "flows", none, "migrations", migrations));
    scene.graph(new Size(42, 9, 77, 13));
    scene.fault("payment=errors", 1_000);
    scene.transition(step(AlertState.PENDING, 15_000, 14_200));
    Board board = new Board(scene, fleet(), 20, Style.PLAIN);
    List<String> lines = board.lines(16_000, Duration.ofSeconds(75), 3L << 30);
    assertThat(String.join("\n", lines))
        .contains("Guanlan demo  1:15, 3.0 GiB of memory")
        .contains("3 services in 2 namespaces, 20 requests/s, fault payment=errors for 15.0 s")
        .contains("samples  2,310 rows  2,310 rows/s")
        .doesNotContain("migrations", "flows")
        .contains("9 services, 13 calls, 42 entities, 77 relations")
        .contains("1 pending, 0 firing, 0 resolved")
        .contains("pending   Errors  shop/payment");
    assertThat(board.line(Duration.ofSeconds(75)))
        .isEqualTo(
            "[1:15] rows/s samples 2,310 | graph: 9 services, 13 calls, 42 entities |"
                + " alerts: 1 pending, 0 firing");
  }

  private static FleetDescription fleet() {
    return new FleetDescription(Set.of("shop/payment", "shop/cart", "platform/auth"), 2);
  }

  private static Page page(long updatedAt) {
    return new Page(
        Map.of("alertname", "Errors", "job", "shop/payment", "severity", "critical"),
        Map.of(),
        25_000,
        updatedAt);
  }

  private static AlertTransition step(AlertState to, long tick, long lastSample) {
    return AlertTransition.newBuilder()
        .setTenant("anonymous")
        .setNamespace("services.yaml")
        .setGroup("services")
        .setAlert("Errors")
        .setFingerprint("00ff")
        .setLabels(
            new TreeMap<>(
                Map.of("alertname", "Errors", "job", "shop/payment", "severity", "critical")))
        .setAnnotations(new TreeMap<>(Map.of("summary", "shop/payment fails")))
        .setFrom(AlertState.INACTIVE)
        .setTo(to)
        .setValue(0.6)
        .setTimestampMillis(tick)
        .setLastSampleMillis(lastSample)
        .build();
  }
}
