package dev.guanlan.codec.deepflow;

import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.Topics;
import java.util.Map;

/**
 * Is the table that a record is a row of, as its column {@code datasource} says, or without that
 * its topic.
 *
 * @param kind what its rows are
 * @param name the table's name in the names of series; empty for logs
 * @param interval how much time a row sums up, {@code 1s} or {@code 1m}; empty for logs
 */
record Table(Kind kind, String name, String interval) {

  /** Says what the rows of a table are. */
  enum Kind {
    /** Flows. */
    FLOWS,
    /** Requests. */
    REQUESTS,
    /** Metrics of one end. */
    METRICS,
    /** Metrics of the path between two ends. */
    PATH_METRICS
  }

  private static final String L4 = "flow_log.l4_flow_log";
  private static final String L7 = "flow_log.l7_flow_log";
  private static final String METRICS = "flow_metrics.";
  private static final String PATH = "_map";

  /** What the tables were called before DeepFlow 6.5. */
  private static final Map<String, String> OLD_NAMES =
      Map.of(
          "vtap_flow_port", "network",
          "vtap_flow_edge_port", "network_map",
          "vtap_app_port", "application",
          "vtap_app_edge_port", "application_map");

  /** Finds the table of a row, and checks the row's numbers. */
  static Table of(Row row, RawRecord raw) throws MalformedPayloadException {
    String source = row.text("datasource");
    String topic = raw.origin().topic();
    if (source.isEmpty() && topic.startsWith(Topics.DEEPFLOW_PREFIX)) {
      source = topic.substring(Topics.DEEPFLOW_PREFIX.length());
    }
    if (source.equals(L4) || source.equals(L7)) {
      // Flows and spans are read by different steps of a job; what one refuses, both must refuse.
      Requests.check(row, raw);
      return new Table(source.equals(L4) ? Kind.FLOWS : Kind.REQUESTS, "", "");
    }
    int dot = source.lastIndexOf('.');
    if (source.startsWith(METRICS) && dot > METRICS.length()) {
      String written = source.substring(METRICS.length(), dot);
      String name = OLD_NAMES.getOrDefault(written, written);
      if (OLD_NAMES.containsValue(name)) {
        Kind kind = name.endsWith(PATH) ? Kind.PATH_METRICS : Kind.METRICS;
        return new Table(kind, name, source.substring(dot + 1));
      }
    }
    throw new MalformedPayloadException(
        "DeepFlow's record is of the data source %s, where flow_log.l4_flow_log, flow_log.l7_flow_log and flow_metrics.* are read; take it out of the exporter's data-sources"
            .formatted(Excerpt.of(source)));
  }
}
