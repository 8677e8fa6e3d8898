package dev.guanlan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.e2e.next.NextAlertingJob;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.schema.AlertState;
import dev.guanlan.schema.AlertTransition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Replaces the alerting job by a build with one more operator while an alert is pending. */
class SavepointUpgradeITCase {

  @RegisterExtension static final Platform PLATFORM = new Platform();

  private static final String TENANT = "upgrade";
  private static final String ALERT = "PressureHigh";
  private static final String RULES =
      """
      groups:
        - name: boilers
          interval: 1s
          rules:
            - alert: PressureHigh
              expr: pressure_bar > 8
              for: 40s
      """;

  @TempDir static Path folder;

  @Test
  void aPendingAlertFiresAtTheTimeItWouldHave() throws Exception {
    PLATFORM.rules(TENANT, "boilers.yaml", RULES);
    PushClient agent = PLATFORM.agent(TENANT);
    AlertWatch watch = new AlertWatch(PLATFORM, TENANT);
    ScheduledExecutorService pushing = Executors.newSingleThreadScheduledExecutor();
    try {
      // The agent does not know of the upgrade and goes on.
      var pushes = pushing.scheduleAtFixedRate(() -> push(agent), 0, 1, TimeUnit.SECONDS);

      await("pending")
          .untilAsserted(() -> assertThat(states(watch)).containsExactly(AlertState.PENDING));
      Path savepoint = PLATFORM.flink.jobs().stopWithSavepoint(Platform.ALERTING);
      assertThat(savepoint).exists();
      String next =
          PLATFORM
              .flink
              .jobs()
              .submit(PLATFORM.alerting(NextRelease.pack(PLATFORM.alerting().jar(), folder)));
      PLATFORM.awaitRunning(Platform.ALERTING);

      assertThat(
              PLATFORM
                  .flink
                  .rest()
                  .get("/jobs/" + next + "/checkpoints")
                  .path("latest")
                  .path("restored")
                  .path("external_path")
                  .asText())
          .endsWith(savepoint.getFileName().toString());
      assertThat(PLATFORM.flink.rest().get("/jobs/" + next + "/plan").toString())
          .contains(NextAlertingJob.ADDED);

      await("firing at Alertmanager")
          .until(() -> watch.atAlertmanager(ALERT, "boiler", "north").isPresent());
      await("the transition to firing")
          .untilAsserted(
              () ->
                  assertThat(states(watch)).containsExactly(AlertState.PENDING, AlertState.FIRING));
      List<AlertTransition> steps = watch.transitions(ALERT);
      assertThat(steps.get(1).getActiveAtMillis()).isEqualTo(steps.get(0).getActiveAtMillis());
      assertThat(steps.get(1).getFiredAtMillis())
          .isEqualTo(steps.get(0).getActiveAtMillis() + 40_000);
      assertThat(pushes.isDone()).as("the agent gave up").isFalse();
    } finally {
      pushing.shutdownNow();
    }
  }

  private static List<AlertState> states(AlertWatch watch) throws IOException {
    return watch.transitions(ALERT).stream().map(AlertTransition::getTo).toList();
  }

  private static void push(PushClient agent) {
    try {
      agent.samples(
          SampleBlock.builder("", Origin.NONE)
              .series(Labels.of(Labels.METRIC_NAME, "pressure_bar", "boiler", "north"))
              .sample(System.currentTimeMillis(), 9.5)
              .build());
    } catch (IOException e) {
      throw new IllegalStateException("the agent cannot push", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ConditionFactory await(String what) {
    return Awaitility.await(what)
        .atMost(Duration.ofMinutes(10))
        .pollInterval(Duration.ofSeconds(1));
  }
}
