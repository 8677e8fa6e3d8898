package dev.guanlan.local.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guanlan.local.command.backtest.BacktestResult;
import dev.guanlan.local.command.backtest.Episode;
import dev.guanlan.local.command.backtest.Episodes;
import dev.guanlan.local.command.terminal.Figures;
import dev.guanlan.local.command.terminal.Style;
import dev.guanlan.local.command.terminal.Table;
import dev.guanlan.local.command.terminal.Terminal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Shows what a backtest came to. */
final class BacktestReport {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final String ALERT_NAME = "alertname";

  private final Terminal terminal;

  BacktestReport(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Shows the moves of alerts in their order. */
  void transitions(List<JsonNode> transitions) {
    if (transitions.isEmpty()) {
      terminal.line("No alert would have moved.");
      return;
    }
    Table table = new Table("<<<<>");
    table.row("TIME (UTC)", "ALERT", "LABELS", "FROM → TO", "VALUE");
    for (JsonNode moved : transitions) {
      table.row(
          TIME.format(Instant.ofEpochMilli(moved.path("timestampMillis").asLong())),
          DeadLettersCommand.plain(moved.path("alert").asText()),
          labels(Episodes.labels(moved)),
          moved.path("from").asText().toLowerCase(Locale.ROOT)
              + " → "
              + moved.path("to").asText().toLowerCase(Locale.ROOT),
          moved.path("value").asText());
    }
    terminal.lines(table.lines());
  }

  /** Shows how often and for how long each alert fired. */
  void summary(List<Episode> episodes) {
    if (episodes.isEmpty()) {
      terminal.line("Nothing would have fired.");
      return;
    }
    terminal.line("");
    Table table = new Table("<>>>>");
    table.row("ALERT", "FIRED", "IN ALL", "LONGEST", "SERIES");
    byAlert(episodes)
        .forEach(
            (alert, own) ->
                table.row(
                    DeadLettersCommand.plain(alert),
                    Integer.toString(own.size()),
                    span(own.stream().mapToLong(Episode::millis).sum()),
                    span(own.stream().mapToLong(Episode::millis).max().orElse(0)),
                    Long.toString(own.stream().map(Episode::labels).distinct().count())));
    terminal.lines(table.lines());
  }

  /** Shows how the times at which alerts fired differ, and how often each did. */
  void differences(List<Episode> before, List<Episode> after) {
    Style style = terminal.style();
    List<Episodes.Difference> changed = new ArrayList<>(Episodes.differences(before, after));
    changed.removeIf(Episodes.Difference::same);
    if (changed.isEmpty()) {
      terminal.line("Every alert would have fired at the same times.");
    } else {
      Table table = new Table("<<<<<");
      table.row("", "ALERT", "LABELS", "FIRED (UTC)", "INSTEAD");
      for (Episodes.Difference difference : changed) {
        Episode old = difference.before();
        Episode next = difference.after();
        Episode either = difference.either();
        table.row(
            old == null ? style.bad("+") : next == null ? style.good("-") : style.warn("~"),
            DeadLettersCommand.plain(either.alert()),
            labels(either.labels()),
            times(old),
            times(next));
      }
      terminal.lines(table.lines());
    }
    terminal.line("");
    Table counts = new Table("<>>");
    counts.row("ALERT", "FIRED", "IN ALL");
    Map<String, List<Episode>> old = byAlert(before);
    Map<String, List<Episode>> next = byAlert(after);
    TreeSet<String> alerts = new TreeSet<>(old.keySet());
    alerts.addAll(next.keySet());
    for (String alert : alerts) {
      counts.row(
          DeadLettersCommand.plain(alert),
          arrow(old.getOrDefault(alert, List.of()), next.getOrDefault(alert, List.of())),
          spans(old.getOrDefault(alert, List.of()), next.getOrDefault(alert, List.of())));
    }
    counts.row("all", arrow(before, after), spans(before, after));
    terminal.lines(counts.lines());
  }

  /** Says what makes a result mean less than it seems. */
  void remarks(Path file, BacktestResult result) {
    Style style = terminal.style();
    for (String rule : result.blind()) {
      terminal.line(
          style.warn("%s: %s found no samples at any tick of this time".formatted(file, rule)));
    }
    result
        .failures()
        .forEach(
            (rule, why) ->
                terminal.line(style.warn("%s: %s failed, last: %s".formatted(file, rule, why))));
  }

  private static String arrow(List<Episode> before, List<Episode> after) {
    return before.size() + " → " + after.size();
  }

  private static String spans(List<Episode> before, List<Episode> after) {
    return span(before.stream().mapToLong(Episode::millis).sum())
        + " → "
        + span(after.stream().mapToLong(Episode::millis).sum());
  }

  private static String times(@Nullable Episode episode) {
    if (episode == null) {
      return "";
    }
    return TIME.format(Instant.ofEpochMilli(episode.startMillis()))
        + (episode.open() ? ", still at the end" : " for " + span(episode.millis()));
  }

  private static String span(long millis) {
    return Figures.duration(Duration.ofMillis(millis));
  }

  private static Map<String, List<Episode>> byAlert(List<Episode> episodes) {
    return episodes.stream()
        .collect(Collectors.groupingBy(Episode::alert, TreeMap::new, Collectors.toList()));
  }

  private static String labels(Map<String, String> labels) {
    return DeadLettersCommand.plain(
        labels.entrySet().stream()
            .filter(label -> !label.getKey().equals(ALERT_NAME))
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(" ")));
  }
}
