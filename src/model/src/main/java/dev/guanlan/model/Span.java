package dev.guanlan.model;

import java.util.List;

/**
 * Is one operation within a trace.
 *
 * @param traceId 32 lower-case hexadecimal digits
 * @param spanId 16 lower-case hexadecimal digits
 * @param parentSpanId 16 lower-case hexadecimal digits, or empty for a root
 * @param name what was done
 * @param kind its role in a call
 * @param startNanos when it began, in nanoseconds since the epoch
 * @param endNanos when it ended, in nanoseconds since the epoch
 * @param status whether it went well
 * @param statusMessage why not; empty if unknown
 * @param attributes what else was said of it, values as text
 * @param events what happened while it ran, in the order sent
 * @param links other spans it belongs with, in the order sent
 */
public record Span(
    String traceId,
    String spanId,
    String parentSpanId,
    String name,
    Kind kind,
    long startNanos,
    long endNanos,
    Status status,
    String statusMessage,
    Labels attributes,
    List<Event> events,
    List<Link> links) {

  /**
   * Says a span's role in a call, as OpenTelemetry does. Order and names are part of the format.
   */
  public enum Kind {
    /** The agent did not say. */
    UNSPECIFIED,
    /** Work inside one service. */
    INTERNAL,
    /** Work done for a caller. */
    SERVER,
    /** A call made, waiting for its answer. */
    CLIENT,
    /** A message sent, not waiting. */
    PRODUCER,
    /** A message received. */
    CONSUMER
  }

  /** Says how a span ended, as OpenTelemetry does. Order and names are part of the format. */
  public enum Status {
    /** Nobody judged. */
    UNSET,
    /** Judged good. */
    OK,
    /** Judged bad. */
    ERROR
  }

  /**
   * Is something that happened while a span ran.
   *
   * @param timestampNanos when, in nanoseconds since the epoch
   * @param name what
   * @param attributes what else was said of it
   */
  public record Event(long timestampNanos, String name, Labels attributes) {}

  /**
   * Points to another span.
   *
   * @param traceId 32 lower-case hexadecimal digits
   * @param spanId 16 lower-case hexadecimal digits
   * @param attributes what was said of the bond
   */
  public record Link(String traceId, String spanId, Labels attributes) {}
}
