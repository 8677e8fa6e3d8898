package dev.guanlan.model;

/**
 * Names the encodings of raw records, as they stand in the Kafka header {@link
 * RawHeaders#ENCODING}.
 */
public final class Encoding {

  /** Prometheus remote write 1.0: a snappy-compressed {@code prometheus.WriteRequest}. */
  public static final String PROMETHEUS_REMOTE_WRITE = "prometheus_remote_write";

  /** OTLP protobuf: an {@code Export{Metrics,Logs,Trace}ServiceRequest}, uncompressed. */
  public static final String OTLP_PROTO = "otlp_proto";

  private Encoding() {}
}
