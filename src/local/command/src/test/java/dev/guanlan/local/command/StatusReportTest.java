package dev.guanlan.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.local.command.look.GraphSize.Size;
import dev.guanlan.local.command.look.JobLook.JobStatus;
import dev.guanlan.local.command.look.StoredRows.Stored;
import dev.guanlan.local.command.run.PartStatus;
import dev.guanlan.local.command.run.RunRecord;
import dev.guanlan.local.command.terminal.Style;
import dev.guanlan.local.stack.StackPorts;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StatusReportTest {

  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(100_000), ZoneOffset.UTC);

  private final StatusReport report = new StatusReport(Style.PLAIN, CLOCK);

  @Test
  void a_healthy_platform_has_no_problems_and_shows_everything() {
    PlatformStatus status =
        status(part("UP", ""), List.of(job("alerting"), job("ingest"), job("topology")));
    assertThat(status.problems()).isEmpty();
    assertThat(String.join("\n", report.lines(status)))
        .contains("Guanlan has run for 1 min 30 s (guanlan up, process 7)")
        .contains("kafka  up      4.2.2    127.0.0.1:9092 clients")
        .contains("guanlan-ingest    running")
        .contains("2.0 s ago, took 120 ms, 1.0 KiB")
        .contains("guanlan-ingest  otlp_logs      12")
        .contains("samples           1,000  2.0 KiB")
        .contains("9 services, 13 calls, 42 entities, 77 relations")
        .doesNotContain("Not well");
  }

  @Test
  void a_part_that_is_down_and_a_job_that_is_missing_are_problems() {
    PlatformStatus status =
        status(part("DOWN", "it ended with exit code 1\nmore"), List.of(job("ingest")));
    assertThat(status.problems())
        .containsExactly(
            "kafka is down", "the job alerting is not there", "the job topology is not there");
    assertThat(report.lines(status))
        .anySatisfy(line -> assertThat(line).contains("it ended with exit code 1"))
        .contains("Not well: kafka is down");
  }

  @Test
  void a_job_that_restarts_is_a_problem() {
    JobStatus restarting = new JobStatus("guanlan-ingest", "RESTARTING", 0, 3, 0, 0, 0, 2);
    PlatformStatus status =
        status(part("UP", ""), List.of(job("alerting"), restarting, job("topology")));
    assertThat(status.problems()).containsExactly("the job ingest is RESTARTING");
    assertThat(String.join("\n", report.lines(status))).contains("none yet, 2 failed");
  }

  private static JobStatus job(String name) {
    return new JobStatus("guanlan-" + name, "RUNNING", 80_000, 0, 98_000, 120, 1024, 0);
  }

  private static PartStatus part(String state, String detail) {
    return new PartStatus(
        "kafka",
        "4.2.2",
        state,
        detail,
        List.of(new PartStatus.Address("clients", "127.0.0.1:9092")));
  }

  private static PlatformStatus status(PartStatus part, List<JobStatus> jobs) {
    return new PlatformStatus(
        new RunRecord(7, 1, "up", 10_000, StackPorts.usual()),
        1_000,
        List.of(part),
        jobs,
        new TreeMap<>(Map.of("guanlan-ingest", new TreeMap<>(Map.of("otlp_logs", 12L)))),
        new TreeMap<>(Map.of("samples", new Stored(1_000, 2_048))),
        new Size(42, 9, 77, 13),
        Map.of());
  }
}
