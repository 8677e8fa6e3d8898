package dev.guanlan.codec.zipkin;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.codec.protobuf.HeapBudget;
import dev.guanlan.model.Labels;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.Span;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.model.SpanBlock.ResourceSpans;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects the spans of one list after another. A reader fills the fields of one span and ends it;
 * spans of one resource and scope become one group.
 */
final class SpanCollector {

  private static final int BYTES_A_SPAN = 192;
  private static final int BYTES_AN_EVENT = 64;
  private static final long MAX_MICROS = Long.MAX_VALUE / 1_000;

  private record Group(Labels resource, String scope) {}

  private final DecoderLimits limits;
  private final HeapBudget budget;

  /** The tags of the span being read. */
  final Tags tags;

  /** Who made the span being read. */
  final Endpoint local = new Endpoint();

  /** Who is at the other end of it. */
  final Endpoint remote = new Endpoint();

  /** Fields of the span being read; the ids padded, the times in microseconds, 0 if unknown. */
  String traceId = "";

  String spanId = "";
  String parentId = "";
  String name = "";
  Span.Kind kind = Span.Kind.UNSPECIFIED;
  long timestamp;
  long duration;
  boolean debug;
  boolean shared;

  private final List<Span.Event> events = new ArrayList<>();
  private Map<Group, List<Span>> groups = new LinkedHashMap<>();
  private int entries;

  SpanCollector(DecoderLimits limits) {
    this.limits = limits;
    this.budget = new HeapBudget(limits);
    this.tags = new Tags(limits, budget);
  }

  /** Starts on a list. */
  void begin() {
    groups = new LinkedHashMap<>();
    budget.reset();
    entries = 0;
    beginSpan();
  }

  /** Starts on a span. */
  void beginSpan() {
    tags.clear();
    local.clear();
    remote.clear();
    events.clear();
    traceId = "";
    spanId = "";
    parentId = "";
    name = "";
    kind = Span.Kind.UNSPECIFIED;
    timestamp = 0;
    duration = 0;
    debug = false;
    shared = false;
  }

  /** Adds an annotation, at a time in microseconds, which becomes an event. */
  void annotation(long micros, String value) throws MalformedPayloadException {
    count(BYTES_AN_EVENT);
    budget.chargeText(value.length());
    events.add(new Span.Event(nanos("an annotation's time", micros), value, Labels.EMPTY));
  }

  /** Ends a span that came in at a time in milliseconds, which it has for want of its own. */
  void endSpan(long receivedMillis) throws MalformedPayloadException {
    count(BYTES_A_SPAN);
    if (traceId.isEmpty() || spanId.isEmpty()) {
      throw new MalformedPayloadException(
          "a span has no "
              + (traceId.isEmpty() ? "trace id" : "id")
              + ": its name is "
              + Excerpt.of(name)
              + "; send spans of Zipkin v2");
    }
    budget.chargeText((long) traceId.length() + spanId.length() + parentId.length());
    budget.chargeText(name.length());
    String scope = tags.scope();
    Labels resource = tags.takeResource(local.serviceName);
    endpoints();
    long start = nanos("a span's timestamp", timestamp);
    long length = nanos("a span's duration", duration);
    if (timestamp == 0) {
      start = receivedMillis * 1_000_000;
      tags.attribute("otel.zipkin.absentField.startTime", "true");
    }
    if (length > Long.MAX_VALUE - start) {
      throw tooLate("a span's end", duration);
    }
    Span span =
        new Span(
            traceId,
            spanId,
            parentId.equals(spanId) ? "" : parentId,
            name,
            tags.kind(kind),
            start,
            start + length,
            tags.status(),
            tags.statusMessage(),
            tags.takeAttributes(),
            List.copyOf(events),
            List.of());
    groups.computeIfAbsent(new Group(resource, scope), group -> new ArrayList<>()).add(span);
  }

  private void endpoints() throws MalformedPayloadException {
    tags.attribute("network.local.address", local.address());
    tags.attribute("network.local.port", port(local));
    tags.attribute("peer.service", remote.serviceName);
    tags.attribute("network.peer.address", remote.address());
    tags.attribute("network.peer.port", port(remote));
    // Zipkin's own words for what OpenTelemetry has none for. A shared span has the id of the span
    // that called it: who pairs calls must know.
    tags.attribute("zipkin.shared", shared ? "true" : "");
    tags.attribute("zipkin.debug", debug ? "true" : "");
  }

  private static String port(Endpoint endpoint) {
    return endpoint.port <= 0 ? "" : Integer.toString(endpoint.port);
  }

  private void count(int bytes) throws MalformedPayloadException {
    if (++entries > limits.maxEntries()) {
      throw new PayloadTooLargeException(
          "the list has more than "
              + limits.maxEntries()
              + " spans and annotations, which is a fixed limit; send smaller batches");
    }
    budget.charge(bytes);
  }

  private static long nanos(String what, long micros) throws MalformedPayloadException {
    if (micros < 0 || micros > MAX_MICROS) {
      throw tooLate(what, micros);
    }
    return micros * 1_000;
  }

  private static MalformedPayloadException tooLate(String what, long micros) {
    return new MalformedPayloadException(
        what
            + " of "
            + Long.toUnsignedString(micros)
            + " lies after the year 2262; send microseconds");
  }

  /** Returns what was collected, and forgets it. */
  SpanBlock end(RawRecord raw) {
    List<ResourceSpans> done = new ArrayList<>(groups.size());
    groups.forEach(
        (group, spans) ->
            done.add(new ResourceSpans(group.resource, group.scope, List.copyOf(spans))));
    clear();
    return new SpanBlock(raw.tenant(), raw.origin(), List.copyOf(done));
  }

  /** Forgets what was collected. */
  void clear() {
    groups = new LinkedHashMap<>();
    beginSpan();
  }
}
