package dev.guanlan.model;

/**
 * Is one log line with what its agent said of it.
 *
 * @param timestampNanos when it happened, in nanoseconds since the epoch
 * @param observedNanos when the agent saw it, in nanoseconds since the epoch; 0 if unknown
 * @param severityNumber OpenTelemetry's severity, 1 to 24; 0 if unknown
 * @param severityText the agent's own word for it; empty if unknown
 * @param body the line
 * @param attributes what else was said of this entry, values as text
 * @param traceId 32 hexadecimal digits, or empty
 * @param spanId 16 hexadecimal digits, or empty
 */
public record LogEntry(
    long timestampNanos,
    long observedNanos,
    int severityNumber,
    String severityText,
    String body,
    Labels attributes,
    String traceId,
    String spanId) {}
