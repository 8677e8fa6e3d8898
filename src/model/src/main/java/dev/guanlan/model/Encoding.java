package dev.guanlan.model;

/**
 * Names the encodings of raw records, as they stand in the Kafka header {@link
 * RawHeaders#ENCODING}.
 */
public final class Encoding {

  /** Prometheus remote write 1.0: a snappy-compressed {@code prometheus.WriteRequest}. */
  public static final String PROMETHEUS_REMOTE_WRITE = "prometheus_remote_write";

  /** Prometheus remote write 2.0: a snappy-compressed {@code io.prometheus.write.v2.Request}. */
  public static final String PROMETHEUS_REMOTE_WRITE_V2 = "prometheus_remote_write_v2";

  /** OTLP protobuf: an {@code Export{Metrics,Logs,Trace}ServiceRequest}, uncompressed. */
  public static final String OTLP_PROTO = "otlp_proto";

  /** OTLP JSON: the same requests in protobuf's JSON mapping, uncompressed. */
  public static final String OTLP_JSON = "otlp_json";

  /** Loki's push in protobuf: a snappy-compressed {@code logproto.PushRequest}. */
  public static final String LOKI_PROTO = "loki_proto";

  /** Loki's push in JSON, uncompressed. */
  public static final String LOKI_JSON = "loki_json";

  /** Zipkin v2: a JSON array of spans, uncompressed. */
  public static final String ZIPKIN_JSON = "zipkin_json";

  /** Zipkin v2: a {@code zipkin.proto3.ListOfSpans}, uncompressed. */
  public static final String ZIPKIN_PROTO = "zipkin_proto";

  /** DeepFlow's Kafka exporter: one JSON object a record. */
  public static final String DEEPFLOW_JSON = "deepflow_json";

  /** CloudQuery's Kafka destination: newline-delimited JSON, one table a topic. */
  public static final String CLOUDQUERY_NDJSON = "cloudquery_ndjson";

  /** This project's own records, Avro's single-object encoding, one or several after another. */
  public static final String AVRO = "avro";

  private Encoding() {}
}
