package dev.guanlan.codec.avro;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.model.Labels;
import dev.guanlan.model.RawRecord;
import dev.guanlan.schema.Flow;
import dev.guanlan.schema.LogEntry;
import dev.guanlan.schema.Sample;
import dev.guanlan.schema.Span;
import dev.guanlan.schema.SpanLink;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;

/** Checks what a schema cannot say of a record. What is wrong is an IllegalArgumentException. */
final class Checks {

  private static final int TRACE_ID_DIGITS = 32;
  private static final int SPAN_ID_DIGITS = 16;
  private static final int MAX_SEVERITY = 24;
  private static final int MAX_PORT = 65_535;

  private final DecoderLimits limits;

  Checks(DecoderLimits limits) {
    this.limits = limits;
  }

  /**
   * Returns the tenant of the payload after another record.
   *
   * @param known what the header and the records so far said
   */
  String tenant(String known, SpecificRecordBase record) {
    String named = "";
    if (record instanceof Sample sample) {
      named = sample.getTenant();
    } else if (record instanceof LogEntry entry) {
      named = entry.getTenant();
    } else if (record instanceof Span span) {
      named = span.getTenant();
    } else if (record instanceof Flow flow) {
      named = flow.getTenant();
    }
    if (named.isEmpty() || named.equals(RawRecord.ANONYMOUS) || named.equals(known)) {
      return known;
    }
    if (!known.equals(RawRecord.ANONYMOUS)) {
      throw wrong(
          "it is of the tenant " + Excerpt.of(named) + ", the payload of " + Excerpt.of(known));
    }
    return named;
  }

  void check(SpecificRecordBase record) {
    if (record instanceof Sample sample) {
      labels(sample.getLabels());
    } else if (record instanceof LogEntry entry) {
      attributes(entry.getResource());
      attributes(entry.getAttributes());
      idOrNone("traceId", entry.getTraceId(), TRACE_ID_DIGITS);
      idOrNone("spanId", entry.getSpanId(), SPAN_ID_DIGITS);
      notNegative("timestampNanos", entry.getTimestampNanos());
      notNegative("observedNanos", entry.getObservedNanos());
      if (entry.getSeverityNumber() < 0 || entry.getSeverityNumber() > MAX_SEVERITY) {
        throw wrong("its severityNumber is " + entry.getSeverityNumber() + ", not 0 to 24");
      }
    } else if (record instanceof Span span) {
      check(span);
    } else if (record instanceof Flow flow) {
      check(flow);
    }
  }

  private void labels(Map<String, String> labels) {
    attributes(labels);
    String name = labels.get(Labels.METRIC_NAME);
    if (name == null || name.isEmpty()) {
      throw wrong("it has no metric name (the label __name__)");
    }
    for (Map.Entry<String, String> label : labels.entrySet()) {
      if (label.getValue().length() > limits.maxLabelValueBytes()) {
        throw wrong(
            "the value of its label %s is longer than %d, which is a fixed limit"
                .formatted(Excerpt.of(label.getKey()), limits.maxLabelValueBytes()));
      }
    }
  }

  private void check(Span span) {
    attributes(span.getResource());
    attributes(span.getAttributes());
    id("traceId", span.getTraceId(), TRACE_ID_DIGITS);
    id("spanId", span.getSpanId(), SPAN_ID_DIGITS);
    idOrNone("parentSpanId", span.getParentSpanId(), SPAN_ID_DIGITS);
    notNegative("startNanos", span.getStartNanos());
    notNegative("endNanos", span.getEndNanos());
    span.getEvents().forEach(event -> attributes(event.getAttributes()));
    for (SpanLink link : span.getLinks()) {
      attributes(link.getAttributes());
      id("link's traceId", link.getTraceId(), TRACE_ID_DIGITS);
      id("link's spanId", link.getSpanId(), SPAN_ID_DIGITS);
    }
  }

  private void check(Flow flow) {
    attributes(flow.getClient());
    attributes(flow.getServer());
    attributes(flow.getAttributes());
    port("clientPort", flow.getClientPort());
    port("serverPort", flow.getServerPort());
    notNegative("startNanos", flow.getStartNanos());
    notNegative("endNanos", flow.getEndNanos());
  }

  private void attributes(Map<String, String> attributes) {
    if (attributes.size() > limits.maxLabels()) {
      throw wrong(
          "it has %d labels or attributes where %d are allowed, which is a fixed limit"
              .formatted(attributes.size(), limits.maxLabels()));
    }
    for (String name : attributes.keySet()) {
      if (name.isEmpty()) {
        throw wrong("one of its labels or attributes has no name");
      }
      if (name.length() > limits.maxLabelNameBytes()) {
        throw wrong(
            "the name %s is longer than %d, which is a fixed limit"
                .formatted(Excerpt.of(name), limits.maxLabelNameBytes()));
      }
    }
  }

  private static void id(String field, String id, int digits) {
    boolean hexadecimal = id.length() == digits;
    for (int i = 0; hexadecimal && i < digits; i++) {
      char c = id.charAt(i);
      hexadecimal = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
    if (!hexadecimal) {
      throw wrong(
          "its %s is %s, not %d lower-case hexadecimal digits"
              .formatted(field, Excerpt.of(id), digits));
    }
  }

  private static void idOrNone(String field, String id, int digits) {
    if (!id.isEmpty()) {
      id(field, id, digits);
    }
  }

  private static void port(String field, int port) {
    if (port < 0 || port > MAX_PORT) {
      throw wrong("its " + field + " is " + port + ", not 0 to 65535");
    }
  }

  private static void notNegative(String field, long nanos) {
    if (nanos < 0) {
      throw wrong("its " + field + " is " + nanos + ", which is before 1970");
    }
  }

  private static IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(what);
  }
}
