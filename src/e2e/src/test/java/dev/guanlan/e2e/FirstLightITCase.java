package dev.guanlan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guanlan.e2e.Workload.Edge;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.schema.AlertState;
import dev.guanlan.schema.AlertTransition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Follows telemetry from an agent's push to a row, a node and a page, on the real parts: first in
 * peace, then while TaskManagers are killed.
 */
class FirstLightITCase {

  @RegisterExtension static final Platform PLATFORM = new Platform();

  private static final String RULES =
      """
      groups:
        - name: rooms
          interval: 1s
          rules:
            - record: room:temperature:max
              expr: max by (room) (temperature_celsius)
            - alert: RoomTooHot
              expr: room:temperature:max > 90
              for: 10s
              labels:
                severity: page
              annotations:
                summary: "Room {{ $labels.room }} has {{ $value }} degrees."
      """;

  @Test
  void everythingPushedIsStoredOnceAndTheGraphIsTheFleets() throws Exception {
    pushAndCheck("peace", slice -> {});
  }

  @Test
  void nothingIsLostOrDoubledWhenTaskManagersAreKilled() throws Exception {
    pushAndCheck(
        "war",
        slice -> {
          if (slice == 6 || slice == 13) {
            PLATFORM.flink.killTaskManager();
          }
          if (slice == 8 || slice == 15) {
            PLATFORM.flink.startTaskManager();
          }
        });
  }

  @Test
  void anAlertGoesFromPendingToFiringToResolved() throws Exception {
    followAlert("thermometer", second -> {});
  }

  @Test
  void anAlertKeepsItsTimesWhenTheTaskManagerIsKilledWhilePending() throws Exception {
    followAlert(
        "thermometer-war",
        second -> {
          if (second == 5) {
            PLATFORM.flink.killTaskManager();
            PLATFORM.flink.startTaskManager();
          }
        });
  }

  /** Is done between one slice of the workload, or second of a course, and the next. */
  @FunctionalInterface
  private interface Disturbance {
    void at(int step);
  }

  private static void pushAndCheck(String tenant, Disturbance disturbance) throws Exception {
    List<Edge> edges = FleetGraph.described();
    assertThat(edges).hasSizeGreaterThan(7);
    long start = System.currentTimeMillis() - Workload.SLICES * Workload.SAMPLES_A_SLICE * 1_000L;
    Workload workload = new Workload(start, edges, tenant.hashCode() | 1L);
    PushClient agent = PLATFORM.agent(tenant);
    for (int slice = 0; slice < Workload.SLICES; slice++) {
      disturbance.at(slice);
      agent.samples(workload.samples(slice));
      agent.otlp("/v1/logs", workload.logs(slice));
      agent.otlp("/v1/traces", workload.spans(slice));
    }

    String samplesOfTenant =
        "SELECT count(), sum(value), uniqExact(key, timestamp) FROM guanlan.samples_final WHERE key IN"
            + " (SELECT key FROM guanlan.series_final WHERE tenant = '%s' AND metric = 'e2e_numbered')"
                .formatted(tenant);
    await("samples")
        .untilAsserted(
            () ->
                assertThat(PLATFORM.clickhouse.query(samplesOfTenant))
                    .isEqualTo(
                        "%d\t%.0f\t%d"
                            .formatted(
                                Workload.SAMPLES, Workload.sumOfSamples(), Workload.SAMPLES)));
    assertThat(
            PLATFORM.clickhouse.query(
                "SELECT count() FROM guanlan.series_final WHERE tenant = '%s' AND metric = 'e2e_numbered'"
                    .formatted(tenant)))
        .isEqualTo(Integer.toString(Workload.SERIES));
    await("log entries")
        .untilAsserted(
            () ->
                assertThat(
                        PLATFORM.clickhouse.query(
                            "SELECT count(), uniqExact(entry_id), uniqExact(body) FROM guanlan.logs_final"
                                + " WHERE tenant = '%s'".formatted(tenant)))
                    .isEqualTo(
                        "%d\t%d\t%d".formatted(Workload.LOGS, Workload.LOGS, Workload.LOGS / 2)));
    await("spans")
        .untilAsserted(
            () ->
                assertThat(
                        PLATFORM.clickhouse.query(
                            "SELECT count(), uniqExact(trace_id, span_id), sum(duration) FROM"
                                + " guanlan.spans_final WHERE tenant = '%s'".formatted(tenant)))
                    .isEqualTo(
                        "%d\t%d\t%d"
                            .formatted(
                                Workload.SPANS, Workload.SPANS, Workload.SPANS * 5_000_000L)));
    assertThat(
            PLATFORM.clickhouse.query(
                "SELECT DISTINCT cluster, namespace, workload, node FROM guanlan.spans_final WHERE tenant ="
                    + " '%s' AND service = 'frontend'".formatted(tenant)))
        .isEqualTo("e2e\tshop\tfrontend\tnode-1");

    await("the graph")
        .untilAsserted(
            () -> assertThat(FleetGraph.stored(PLATFORM, tenant)).isEqualTo(FleetGraph.of(edges)));
  }

  private static void followAlert(String tenant, Disturbance disturbance) throws Exception {
    String alert = "RoomTooHot";
    PLATFORM.rules(tenant, tenant + ".yaml", RULES);
    PushClient agent = PLATFORM.agent(tenant);
    AlertWatch watch = new AlertWatch(PLATFORM, tenant);

    AtomicReference<JsonNode> page = new AtomicReference<>();
    for (int second = 0; page.get() == null; second++) {
      assertThat(second).as("seconds of heat without a page").isLessThan(600);
      agent.samples(temperature(tenant, second < 3 ? 20 : 95));
      disturbance.at(second);
      watch.atAlertmanager(alert, "room", tenant).ifPresent(page::set);
      Thread.sleep(1_000);
    }
    assertThat(page.get().path("labels").path("severity").asText()).isEqualTo("page");
    assertThat(page.get().path("labels").path("room").asText()).isEqualTo(tenant);
    assertThat(page.get().path("annotations").path("summary").asText())
        .isEqualTo("Room " + tenant + " has 95 degrees.");

    for (int second = 0; watch.atAlertmanager(alert, "room", tenant).isPresent(); second++) {
      assertThat(second).as("seconds of cool without the page being withdrawn").isLessThan(600);
      agent.samples(temperature(tenant, 20));
      Thread.sleep(1_000);
    }

    // Transactions commit with checkpoints, so the topic follows a few seconds behind the page.
    await("transitions")
        .untilAsserted(
            () ->
                assertThat(watch.transitions(alert))
                    .extracting(AlertTransition::getTo)
                    .containsExactly(AlertState.PENDING, AlertState.FIRING, AlertState.RESOLVED));
    List<AlertTransition> steps = watch.transitions(alert);
    assertThat(steps.get(1).getFiredAtMillis() - steps.get(0).getActiveAtMillis())
        .as("time from pending to firing")
        .isEqualTo(10_000);
    assertThat(steps)
        .extracting(AlertTransition::getFingerprint)
        .containsOnly(steps.get(0).getFingerprint());

    await("the recorded series is stored")
        .untilAsserted(
            () ->
                assertThat(
                        PLATFORM.clickhouse.query(
                            "SELECT DISTINCT metric FROM guanlan.series_final WHERE tenant = '%s' ORDER BY metric"
                                .formatted(tenant)))
                    .contains("ALERTS", "room:temperature:max", "temperature_celsius"));
  }

  private static SampleBlock temperature(String room, double degrees) {
    return SampleBlock.builder("", Origin.NONE)
        .series(Labels.of(Labels.METRIC_NAME, "temperature_celsius", "room", room))
        .sample(System.currentTimeMillis(), degrees)
        .build();
  }

  private static ConditionFactory await(String what) {
    return Awaitility.await(what)
        .atMost(Duration.ofMinutes(10))
        .pollInterval(Duration.ofSeconds(1));
  }
}
