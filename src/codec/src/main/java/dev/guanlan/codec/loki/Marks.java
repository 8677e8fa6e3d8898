package dev.guanlan.codec.loki;

import dev.guanlan.model.Labels;
import dev.guanlan.model.LogEntry;
import java.util.Locale;

/**
 * Finds what a log entry has fields of its own for in labels and structured metadata: the trace,
 * the span and the severity, by the names that Loki, Grafana and their agents give them.
 *
 * <p>Source of the names: Loki's {@code discover_log_levels} and its translation of OTLP
 */
final class Marks {

  /** Says that no name for a severity was met yet. */
  private static final int NO_RANK = Integer.MAX_VALUE;

  private static final int MAX_SEVERITY = 24;
  private static final int TRACE_ID_DIGITS = 32;
  private static final int SPAN_ID_DIGITS = 16;

  private String traceId = "";
  private String spanId = "";
  private int severityNumber;
  private String severityText = "";
  private int rank = NO_RANK;

  /** Forgets everything. */
  void clear() {
    traceId = "";
    spanId = "";
    severityNumber = 0;
    severityText = "";
    rank = NO_RANK;
  }

  /** Returns what labels say. */
  static Marks of(Labels labels) {
    Marks marks = new Marks();
    labels.forEach(marks::look);
    return marks;
  }

  /**
   * Looks at one name and value.
   *
   * @return whether all of it is in the marks now, under the name that Loki gives the entry's own
   *     field, so that it need not be kept among the attributes
   */
  boolean look(String name, String value) {
    return switch (name) {
      case "trace_id" -> trace(value);
      case "span_id" -> span(value);
      case "severity_number" -> number(value);
      case "severity_text" -> level(0, value);
      default -> {
        lookForOtherNames(name, value);
        yield false;
      }
    };
  }

  private void lookForOtherNames(String name, String value) {
    switch (name) {
      case "traceid", "traceID", "traceId" -> trace(value);
      case "spanid", "spanID", "spanId" -> span(value);
      case "level", "LEVEL", "Level" -> level(1, value);
      case "severity", "SEVERITY", "Severity" -> level(2, value);
      case "lvl", "LVL", "Lvl", "log.level", "log_level", "loglevel" -> level(3, value);
      // The least trusted: a guess that Loki made from the line, passed on.
      case "detected_level" -> level(4, value);
      default -> {
        // It has no meaning of its own.
      }
    }
  }

  private boolean trace(String value) {
    boolean valid = isId(value, TRACE_ID_DIGITS);
    if (valid) {
      traceId = value.toLowerCase(Locale.ROOT);
    }
    return valid;
  }

  private boolean span(String value) {
    boolean valid = isId(value, SPAN_ID_DIGITS);
    if (valid) {
      spanId = value.toLowerCase(Locale.ROOT);
    }
    return valid;
  }

  private static boolean isId(String text, int digits) {
    boolean zero = true;
    for (int i = 0; i < text.length() && text.length() == digits; i++) {
      char digit = text.charAt(i);
      if (digit >= 0x80 || Character.digit(digit, 16) < 0) {
        return false;
      }
      zero &= digit == '0';
    }
    return text.length() == digits && !zero;
  }

  private boolean number(String value) {
    boolean digits = value.length() == 1 || value.length() == 2;
    int number = 0;
    for (int i = 0; digits && i < value.length(); i++) {
      digits = value.charAt(i) >= '0' && value.charAt(i) <= '9';
      number = number * 10 + value.charAt(i) - '0';
    }
    boolean valid = digits && number >= 1 && number <= MAX_SEVERITY;
    if (valid) {
      severityNumber = number;
    }
    return valid;
  }

  private boolean level(int newRank, String value) {
    if (newRank > rank || value.isEmpty()) {
      return false;
    }
    rank = newRank;
    severityText = value;
    return true;
  }

  /** Makes an entry with these marks and, where they say nothing, with its stream's. */
  LogEntry entry(long timestampNanos, String line, Labels attributes, Marks stream) {
    boolean leveled = rank != NO_RANK || severityNumber != 0;
    Marks severity = leveled ? this : stream;
    return new LogEntry(
        timestampNanos,
        0,
        severity.number(),
        severity.severityText,
        line,
        attributes,
        traceId.isEmpty() ? stream.traceId : traceId,
        spanId.isEmpty() ? stream.spanId : spanId);
  }

  /** Returns an entry that was made before its stream's marks were known, with them. */
  LogEntry complete(LogEntry entry) {
    boolean leveled = !entry.severityText().isEmpty() || entry.severityNumber() != 0;
    return new LogEntry(
        entry.timestampNanos(),
        entry.observedNanos(),
        leveled ? entry.severityNumber() : number(),
        leveled ? entry.severityText() : severityText,
        entry.body(),
        entry.attributes(),
        entry.traceId().isEmpty() ? traceId : entry.traceId(),
        entry.spanId().isEmpty() ? spanId : entry.spanId());
  }

  private int number() {
    return severityNumber == 0 ? Severity.number(severityText) : severityNumber;
  }
}
