package dev.guanlan.local.command;

import dev.guanlan.local.command.terminal.Style;
import dev.guanlan.local.command.terminal.Table;
import dev.guanlan.local.stack.StackPorts;
import java.util.List;

/** Tells where things are, and what to look at next. */
final class NextSteps {

  private static final String HOST = "127.0.0.1:";

  private NextSteps() {}

  /** Lists the addresses to open or to point clients at. */
  static List<String> urls(StackPorts ports, Style style) {
    Table table = new Table("<<<");
    row(table, style, "Gateway", "http://" + HOST + ports.gateway(), "agents push here");
    row(table, style, "", "http://" + HOST + ports.gatewayGrpc(), "OTLP over gRPC");
    row(table, style, "Flink", "http://" + HOST + ports.flink(), "the jobs, live");
    row(table, style, "Alertmanager", "http://" + HOST + ports.alertmanager(), "what is firing");
    row(
        table,
        style,
        "ClickHouse",
        "http://" + HOST + ports.clickhouseHttp() + "/play",
        "SQL, database guanlan");
    row(table, style, "Neo4j", "http://" + HOST + ports.neo4jHttp(), "the graph, no password");
    row(table, style, "Kafka", HOST + ports.kafka(), "raw topics");
    return table.lines();
  }

  /** Says how to use a platform that was just started. */
  static List<String> afterUp(StackPorts ports) {
    String gateway = "http://" + HOST + ports.gateway();
    String grpc = "http://" + HOST + ports.gatewayGrpc();
    return List.of(
        "",
        "Point agents at it:",
        "  Prometheus       remote_write: [{url: " + gateway + "/api/v1/write}]",
        "  OpenTelemetry    OTEL_EXPORTER_OTLP_ENDPOINT=" + gateway + "  (http/protobuf)",
        "                   OTEL_EXPORTER_OTLP_ENDPOINT=" + grpc + "  (grpc)",
        "See it: ./guanlan status.  Stop it: ./guanlan down.");
  }

  /** Says where to look closer at what the demo showed. */
  static List<String> afterDemo(StackPorts ports) {
    String alertmanager = "http://" + HOST + ports.alertmanager();
    return List.of(
        "Rows, each with the place that the topology gave it:",
        "  curl 'http://" + HOST + ports.clickhouseHttp() + "/?database=guanlan' -d \\",
        "    'SELECT owner, service, node, count() FROM logs_final GROUP BY ALL ORDER BY 4 DESC'",
        "The service graph, in Neo4j's page:",
        "  MATCH (a:Service)-[c:CALLS]->(b:Service) RETURN a, c, b",
        "Alerts, as Alertmanager holds them:",
        "  curl " + alertmanager + "/api/v2/alerts",
        "  amtool --alertmanager.url=" + alertmanager + " alert query");
  }

  private static void row(Table table, Style style, String name, String url, String what) {
    table.row("  " + name, style.bold(url), style.dim(what));
  }
}
