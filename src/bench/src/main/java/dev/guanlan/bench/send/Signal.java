package dev.guanlan.bench.send;

import dev.guanlan.model.Encoding;
import dev.guanlan.model.Topics;
import java.util.List;
import java.util.Map;

/** Names a kind of telemetry, and the ways that it goes. */
public enum Signal {
  /** Samples in remote-write requests. */
  METRICS("samples", "/api/v1/write", Topics.PROMETHEUS_REMOTE_WRITE),

  /** Log lines in OTLP requests. */
  LOGS("lines", "/v1/logs", Topics.OTLP_LOGS),

  /** Spans in OTLP requests. */
  SPANS("spans", "/v1/traces", Topics.OTLP_SPANS);

  private final String unit;
  private final String path;
  private final String topic;

  Signal(String unit, String path, String topic) {
    this.unit = unit;
    this.path = path;
    this.topic = topic;
  }

  /** Returns what one entry of it is called, in the plural. */
  public String unit() {
    return unit;
  }

  /** Returns the path that agents push it to. */
  public String path() {
    return path;
  }

  /** Returns its raw topic. */
  public String topic() {
    return topic;
  }

  /** Returns the encoding of its requests. */
  public String encoding() {
    return this == METRICS ? Encoding.PROMETHEUS_REMOTE_WRITE : Encoding.OTLP_PROTO;
  }

  /** Returns the headers of its requests. */
  public Map<String, String> headers() {
    return this == METRICS
        ? Map.of(
            "Content-Type", "application/x-protobuf",
            "Content-Encoding", "snappy",
            "X-Prometheus-Remote-Write-Version", "0.1.0")
        : Map.of("Content-Type", "application/x-protobuf");
  }

  /** Returns its tables; the first has a row for each entry. */
  public List<String> tables() {
    return switch (this) {
      case METRICS -> List.of("samples", "series");
      case LOGS -> List.of("logs");
      case SPANS -> List.of("spans");
    };
  }
}
