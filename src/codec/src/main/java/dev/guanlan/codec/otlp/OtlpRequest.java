package dev.guanlan.codec.otlp;

/** Names the requests of OTLP. */
public enum OtlpRequest {
  /** An {@code ExportMetricsServiceRequest}. */
  METRICS,
  /** An {@code ExportLogsServiceRequest}. */
  LOGS,
  /** An {@code ExportTraceServiceRequest}. */
  TRACES,
  /** Any of these, of which only the resources are wanted. */
  RESOURCES
}
