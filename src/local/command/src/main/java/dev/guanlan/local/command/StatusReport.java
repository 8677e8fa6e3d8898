package dev.guanlan.local.command;

import dev.guanlan.local.command.look.JobLook.JobStatus;
import dev.guanlan.local.command.run.PartStatus;
import dev.guanlan.local.command.terminal.Figures;
import dev.guanlan.local.command.terminal.Style;
import dev.guanlan.local.command.terminal.Table;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes the platform's status for people. */
final class StatusReport {

  private final Style style;
  private final Clock clock;

  StatusReport(Style style, Clock clock) {
    this.style = style;
    this.clock = clock;
  }

  List<String> lines(PlatformStatus status) {
    List<String> lines = new ArrayList<>();
    List<String> problems = status.problems();
    String since = Figures.duration(Duration.ofMillis(clock.millis() - status.run().sinceMillis()));
    lines.add(
        (problems.isEmpty() ? style.tick() : style.cross())
            + " "
            + style.bold("Guanlan")
            + " has run for "
            + since
            + style.dim(
                " (guanlan " + status.run().command() + ", process " + status.run().pid() + ")"));
    lines.add("");
    lines.addAll(parts(status));
    lines.add("");
    lines.addAll(jobs(status));
    if (!status.lag().isEmpty()) {
      lines.add("");
      lines.addAll(lag(status));
    }
    lines.add("");
    lines.addAll(stored(status));
    if (!problems.isEmpty()) {
      lines.add("");
      problems.forEach(problem -> lines.add(style.bad("Not well: ") + problem));
      lines.add("Look into logs with: ./guanlan logs PART");
    }
    return lines;
  }

  private List<String> parts(PlatformStatus status) {
    Table table = new Table("<<<<");
    table.row(head("PART"), head("HEALTH"), head("VERSION"), head("WHERE"));
    for (PartStatus part : status.parts()) {
      String state = part.state().toLowerCase(Locale.ROOT);
      table.row(
          part.name(),
          part.up() ? style.good(state) : style.bad(state),
          part.version(),
          part.up()
              ? part.urls().stream()
                  .map(each -> each.url() + style.dim(" " + each.label()))
                  .collect(Collectors.joining("  "))
              : firstLine(part.detail()));
    }
    return status.parts().isEmpty()
        ? List.of("The supervisor is just starting; ask again in a moment.")
        : table.lines();
  }

  private List<String> jobs(PlatformStatus status) {
    Table table = new Table("<<>><");
    table.row(
        head("JOB"), head("STATE"), head("UP FOR"), head("RESTARTS"), head("LAST CHECKPOINT"));
    for (JobStatus job : status.jobs()) {
      String state = job.state().toLowerCase(Locale.ROOT);
      table.row(
          job.name(),
          job.running() ? style.good(state) : style.bad(state),
          Figures.duration(Duration.ofMillis(job.uptimeMillis())),
          Long.toString(job.restarts()),
          checkpoint(job));
    }
    return status.jobs().isEmpty() ? List.of("There are no jobs.") : table.lines();
  }

  private String checkpoint(JobStatus job) {
    String failed =
        job.checkpointsFailed() == 0
            ? ""
            : style.dot() + style.warn(job.checkpointsFailed() + " failed");
    if (job.checkpointMillis() == 0) {
      return "none yet" + failed;
    }
    return Figures.duration(Duration.ofMillis(clock.millis() - job.checkpointMillis()))
        + " ago"
        + style.dot()
        + "took "
        + Figures.duration(Duration.ofMillis(job.checkpointTookMillis()))
        + style.dot()
        + Figures.bytes(job.checkpointBytes())
        + failed;
  }

  private List<String> lag(PlatformStatus status) {
    Table table = new Table("<<>");
    table.row(head("CONSUMER GROUP"), head("TOPIC"), head("BEHIND"));
    status
        .lag()
        .forEach(
            (group, topics) ->
                topics.forEach((topic, behind) -> table.row(group, topic, Figures.count(behind))));
    return table.lines();
  }

  private List<String> stored(PlatformStatus status) {
    Table table = new Table("<>>");
    table.row(head("CLICKHOUSE TABLE"), head("ROWS"), head("ON DISK"));
    status
        .tables()
        .forEach(
            (name, stored) ->
                table.row(name, Figures.count(stored.rows()), Figures.bytes(stored.bytes())));
    List<String> lines =
        new ArrayList<>(
            status.tables().isEmpty() ? List.of("ClickHouse has no tables yet.") : table.lines());
    lines.add("");
    lines.add(
        "Graph in Neo4j: %s services%s%s calls%s%s entities%s%s relations"
            .formatted(
                Figures.count(status.graph().services()),
                style.dot(),
                Figures.count(status.graph().calls()),
                style.dot(),
                Figures.count(status.graph().entities()),
                style.dot(),
                Figures.count(status.graph().relations())));
    return lines;
  }

  private String head(String text) {
    return style.dim(text);
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
