package dev.guanlan.codec.deepflow;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.model.Labels;
import dev.guanlan.model.RawRecord;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads what flows and spans of {@code l7_flow_log} share, under the table's own names. */
final class Requests {

  private static final List<String> ATTRIBUTES =
      List.of(
          "flow_id",
          "request_type",
          "request_domain",
          "request_resource",
          "request_id",
          "response_status",
          "response_code",
          "response_exception",
          "response_result",
          "version",
          "trace_id",
          "span_id",
          "parent_span_id",
          "x_request_id_0",
          "x_request_id_1",
          "syscall_trace_id_request",
          "syscall_trace_id_response",
          "http_proxy_client",
          "app_service",
          "app_instance",
          "biz_protocol",
          "sql_affected_rows",
          "is_tls",
          "type",
          "signal_source");

  private static final Set<String> ERRORS =
      Set.of("1", "3", "4", "error", "server error", "client error", "异常", "服务端异常", "客户端异常");

  private static final Set<String> SUCCESSES = Set.of("0", "success", "normal", "正常");

  private static final Set<String> ANSWERS = Set.of("1", "response", "响应");

  private static final List<String> PORTS = List.of("client_port", "server_port");

  /** Every number that flows are made of. */
  private static final List<String> NUMBERS =
      List.of(
          "byte_tx",
          "byte_rx",
          "packet_tx",
          "packet_rx",
          "l7_request",
          "l7_error",
          "l7_client_error",
          "l7_server_error",
          "retrans_tx",
          "retrans_rx",
          "rtt",
          "rrt_sum",
          "rrt_count",
          "request_length",
          "response_length",
          "response_duration");

  private static final long NANOS_A_MICRO = 1_000;
  private static final long NANOS_A_SECOND = 1_000_000_000;
  private static final long LAST_MICRO = Long.MAX_VALUE / NANOS_A_MICRO;

  private Requests() {}

  /** Checks the numbers of a row of flows or requests, whichever of them is needed. */
  static void check(Row row, RawRecord raw) throws MalformedPayloadException {
    for (String column : PORTS) {
      row.port(column);
    }
    for (String column : NUMBERS) {
      row.number(column);
    }
    startNanos(row, raw);
    endNanos(row, raw);
    FlowEnd.CLIENT.address(row);
    FlowEnd.SERVER.address(row);
  }

  /** Returns when it began, in nanoseconds since the epoch; when it ended, if nothing says it. */
  static long startNanos(Row row, RawRecord raw) throws MalformedPayloadException {
    long micros = micros(row, "start_time");
    return micros == 0 ? endNanos(row, raw) : micros * NANOS_A_MICRO;
  }

  /** Returns when it ended, in nanoseconds since the epoch; when it came in, if nothing says it. */
  static long endNanos(Row row, RawRecord raw) throws MalformedPayloadException {
    long micros = micros(row, "end_time");
    if (micros != 0) {
      return micros * NANOS_A_MICRO;
    }
    long seconds = seconds(row);
    return seconds == 0 ? raw.receivedAtMillis() * 1_000_000 : seconds * NANOS_A_SECOND;
  }

  /** Returns the second of a row; 0 if it has none. */
  static long seconds(Row row) throws MalformedPayloadException {
    long seconds = row.number("time");
    if (seconds < 0 || seconds > LAST_MICRO / 1_000_000) {
      throw timeless("time", row);
    }
    return seconds;
  }

  private static long micros(Row row, String column) throws MalformedPayloadException {
    long micros = row.number(column);
    if (micros < 0 || micros > LAST_MICRO) {
      throw timeless(column, row);
    }
    return micros;
  }

  private static MalformedPayloadException timeless(String column, Row row) {
    return new MalformedPayloadException(
        "the column %s of DeepFlow's record is %s, which is no time between 1970 and 2262; check the agent's clock"
            .formatted(column, Excerpt.of(row.text(column))));
  }

  static boolean failed(Row row) {
    return ERRORS.contains(status(row));
  }

  static boolean succeeded(Row row) {
    return SUCCESSES.contains(status(row));
  }

  private static String status(Row row) {
    return row.text("response_status").toLowerCase(Locale.ROOT);
  }

  /** Returns whether a row is an answer whose request is in another row. */
  static boolean isAnswerAlone(Row row) {
    return ANSWERS.contains(row.text("type").toLowerCase(Locale.ROOT));
  }

  static String endpoint(Row row) {
    return row.text("endpoint", "end_point");
  }

  static Labels attributes(Row row, ObservationPoint point, DecoderLimits limits) {
    TreeMap<String, String> attributes = new TreeMap<>();
    put(row, ATTRIBUTES, attributes);
    putPoint(row, point, attributes);
    if (!endpoint(row).isEmpty()) {
      attributes.put("endpoint", endpoint(row));
    }
    for (String kind : List.of("attribute", "metrics")) {
      FlowEnd.pairs(
          row.list(kind + "_names"),
          row.list(kind + "_values"),
          (name, value) -> {
            if (attributes.size() < limits.maxLabels()) {
              attributes.putIfAbsent(name, value);
            }
          });
    }
    return Labels.of(attributes);
  }

  static void put(Row row, List<String> columns, Map<String, String> attributes) {
    for (String column : columns) {
      String text = row.text(column);
      if (!text.isEmpty()) {
        attributes.put(column, text);
      }
    }
  }

  static void putPoint(Row row, ObservationPoint point, Map<String, String> attributes) {
    attributes.put("observation_point", point.code());
    attributes.put("agent", row.text("agent", "agent_id", "vtap", "vtap_id"));
  }
}
