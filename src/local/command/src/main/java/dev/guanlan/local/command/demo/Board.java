package dev.guanlan.local.command.demo;

import dev.guanlan.local.command.look.GraphSize.Size;
import dev.guanlan.local.command.terminal.Figures;
import dev.guanlan.local.command.terminal.Style;
import dev.guanlan.local.command.terminal.Table;
import dev.guanlan.schema.AlertState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Draws the scene: as a few lines that are drawn again, or as one line for a log. */
final class Board {

  private static final int MOST_ALERTS = 6;

  private final Scene scene;
  private final Style style;
  private final FleetDescription fleet;
  private final double rate;

  /**
   * Creates a board.
   *
   * @param rate the fleet's requests a second, for the heading
   */
  Board(Scene scene, FleetDescription fleet, double rate, Style style) {
    this.scene = scene;
    this.fleet = fleet;
    this.style = style;
    this.rate = rate;
  }

  /**
   * Draws the whole.
   *
   * @param nowMillis the time, milliseconds since the epoch
   * @param running for how long the fleet has run
   * @param bytes resident memory of everything, bytes
   */
  List<String> lines(long nowMillis, Duration running, long bytes) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        style.bold("Guanlan demo")
            + "  "
            + Figures.clock(running)
            + style.dim(style.dot() + Figures.bytes(bytes) + " of memory"));
    lines.add(
        "  Fleet         %d services in %d namespaces"
                .formatted(fleet.services().size(), fleet.namespaces().size())
            + style.dot()
            + Figures.rate(rate)
            + " requests/s"
            + style.dot()
            + fault(nowMillis));
    lines.addAll(rows());
    Size graph = scene.graph();
    lines.add(
        "  Neo4j         "
            + style.bold(Figures.count(graph.services()))
            + " services"
            + style.dot()
            + style.bold(Figures.count(graph.calls()))
            + " calls"
            + style.dot()
            + Figures.count(graph.entities())
            + " entities"
            + style.dot()
            + Figures.count(graph.relations())
            + " relations");
    lines.addAll(alerts());
    for (Map.Entry<String, String> trouble : scene.troubles().entrySet()) {
      lines.add("  " + style.warn(trouble.getValue()));
    }
    return lines;
  }

  /** Says the same in one line. */
  String line(Duration running) {
    StringBuilder text = new StringBuilder("[" + Figures.clock(running) + "] rows/s");
    for (String table : shownRows().keySet()) {
      text.append(' ').append(table).append(' ').append(Figures.rate(scene.rate(table)));
    }
    Size graph = scene.graph();
    return text.append(" | graph: ")
        .append(Figures.count(graph.services()))
        .append(" services, ")
        .append(Figures.count(graph.calls()))
        .append(" calls, ")
        .append(Figures.count(graph.entities()))
        .append(" entities | alerts: ")
        .append(scene.inState(AlertState.PENDING))
        .append(" pending, ")
        .append(scene.inState(AlertState.FIRING))
        .append(" firing")
        .toString();
  }

  private String fault(long nowMillis) {
    if (scene.faultMillis() == 0) {
      return "no fault yet";
    }
    if (scene.healedMillis() > 0) {
      return "fault "
          + scene.fault()
          + " ended "
          + Figures.duration(ofSeconds(nowMillis - scene.healedMillis()))
          + " ago";
    }
    return style.warn(
        "fault "
            + scene.fault()
            + " for "
            + Figures.duration(ofSeconds(nowMillis - scene.faultMillis())));
  }

  private List<String> rows() {
    Table table = new Table("<>>");
    boolean first = true;
    for (Map.Entry<String, Long> each : shownRows().entrySet()) {
      table.row(
          "  " + (first ? "ClickHouse    " : "              ") + each.getKey(),
          Figures.count(each.getValue()) + " rows",
          style.bold(Figures.rate(scene.rate(each.getKey()))) + " rows/s");
      first = false;
    }
    return first ? List.of("  ClickHouse    no rows yet") : table.lines();
  }

  /** Tables without rows tell nothing, and the one of applied migrations is no telemetry. */
  private SortedMap<String, Long> shownRows() {
    SortedMap<String, Long> shown = scene.rows();
    shown.entrySet().removeIf(each -> each.getValue() == 0 || each.getKey().contains("migration"));
    return shown;
  }

  private List<String> alerts() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "  Alerts        "
            + scene.inState(AlertState.PENDING)
            + " pending"
            + style.dot()
            + scene.inState(AlertState.FIRING)
            + " firing"
            + style.dot()
            + scene.inState(AlertState.RESOLVED)
            + " resolved");
    List<AlertStory> stories =
        scene.stories().stream().filter(each -> each.state() != AlertState.INACTIVE).toList();
    for (AlertStory story :
        stories.subList(Math.max(0, stories.size() - MOST_ALERTS), stories.size())) {
      lines.add("    " + state(story.state()) + "  " + story.alert() + "  " + story.subject());
      if (story.arrivedMillis() > 0) {
        lines.add("              " + style.dim(arrival(story)));
      }
    }
    return lines;
  }

  /** Says how long an alert took to Alertmanager. */
  String arrival(AlertStory story) {
    String text =
        "at Alertmanager "
            + Figures.duration(Duration.ofMillis(story.arrivedMillis() - story.firstBadMillis()))
            + " after the first bad sample";
    return scene.isOfFault(story)
        ? text
            + ", "
            + Figures.duration(Duration.ofMillis(story.arrivedMillis() - scene.faultMillis()))
            + " after the fault"
        : text;
  }

  private String state(AlertState state) {
    return switch (state) {
      case INACTIVE -> style.dim("inactive");
      case PENDING -> style.warn("pending ");
      case FIRING -> style.bad("firing  ");
      case RESOLVED -> style.good("resolved");
    };
  }

  private static Duration ofSeconds(long millis) {
    return Duration.ofSeconds(Math.max(0, millis) / 1000);
  }
}
