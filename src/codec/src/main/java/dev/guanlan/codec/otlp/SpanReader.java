package dev.guanlan.codec.otlp;

import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.ProtoReader;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Span;
import java.util.ArrayList;
import java.util.List;

/** Reads one span with its events and links. */
final class SpanReader {

  private static final int TRACE_ID = 1 << 3 | 2;
  private static final int SPAN_ID = 2 << 3 | 2;
  private static final int PARENT_SPAN_ID = 4 << 3 | 2;
  private static final int NAME = 5 << 3 | 2;
  private static final int KIND = 6 << 3;
  private static final int START = 7 << 3 | 1;
  private static final int END = 8 << 3 | 1;
  private static final int ATTRIBUTES = 9 << 3 | 2;
  private static final int EVENTS = 11 << 3 | 2;
  private static final int LINKS = 13 << 3 | 2;
  private static final int STATUS = 15 << 3 | 2;

  private static final int EVENT_TIME = 1 << 3 | 1;
  private static final int EVENT_NAME = 2 << 3 | 2;
  private static final int EVENT_ATTRIBUTES = 3 << 3 | 2;
  private static final int LINK_TRACE_ID = 1 << 3 | 2;
  private static final int LINK_SPAN_ID = 2 << 3 | 2;
  private static final int LINK_ATTRIBUTES = 4 << 3 | 2;
  private static final int STATUS_MESSAGE = 2 << 3 | 2;
  private static final int STATUS_CODE = 3 << 3;

  private static final Span.Kind[] KINDS = Span.Kind.values();
  private static final Span.Status[] STATUSES = Span.Status.values();

  private final OtlpInput input;
  private final ProtoReader in;
  private final AttributesReader attributes;
  private final AttributesReader innerAttributes;

  private Span.Status status = Span.Status.UNSET;
  private String statusMessage = "";

  SpanReader(OtlpInput input, AttributesReader attributes) {
    this.input = input;
    this.in = input.in;
    this.attributes = attributes;
    this.innerAttributes = new AttributesReader(input);
  }

  Span read(long receivedNanos) throws MalformedPayloadException {
    int where = in.position();
    input.countEntry();
    attributes.clear();
    status = Span.Status.UNSET;
    statusMessage = "";
    String traceId = "";
    String spanId = "";
    String parentSpanId = "";
    String name = "";
    Span.Kind kind = Span.Kind.UNSPECIFIED;
    long start = 0;
    long end = 0;
    List<Span.Event> events = new ArrayList<>(0);
    List<Span.Link> links = new ArrayList<>(0);
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case TRACE_ID -> traceId = input.id("a span's trace id", 16);
        case SPAN_ID -> spanId = input.id("a span's id", 8);
        case PARENT_SPAN_ID -> parentSpanId = input.id("a span's parent id", 8);
        case NAME -> name = input.text("a span's name");
        case KIND -> kind = pick(KINDS, in.varint());
        case START -> start = input.nanos("a span's start");
        case END -> end = input.nanos("a span's end");
        case ATTRIBUTES -> attributes.read();
        case EVENTS -> events.add(readEvent());
        case LINKS -> links.add(readLink());
        case STATUS -> readStatus();
        default -> in.skip(tag);
      }
    }
    if (traceId.isEmpty() || spanId.isEmpty()) {
      throw in.malformed("a span without a " + (traceId.isEmpty() ? "trace id" : "span id"), where);
    }
    if (start == 0) {
      start = end == 0 ? receivedNanos : end;
    }
    return new Span(
        traceId,
        spanId,
        parentSpanId,
        name,
        kind,
        start,
        end == 0 ? start : end,
        status,
        statusMessage,
        attributes.take(),
        List.copyOf(events),
        List.copyOf(links));
  }

  private Span.Event readEvent() throws MalformedPayloadException {
    input.countEntry();
    innerAttributes.clear();
    long time = 0;
    String name = "";
    int outer = in.enter();
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case EVENT_TIME -> time = input.nanos("an event's time");
        case EVENT_NAME -> name = input.text("an event's name");
        case EVENT_ATTRIBUTES -> innerAttributes.read();
        default -> in.skip(tag);
      }
    }
    in.leave(outer);
    return new Span.Event(time, name, innerAttributes.take());
  }

  private Span.Link readLink() throws MalformedPayloadException {
    input.countEntry();
    innerAttributes.clear();
    String traceId = "";
    String spanId = "";
    int outer = in.enter();
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case LINK_TRACE_ID -> traceId = input.id("a link's trace id", 16);
        case LINK_SPAN_ID -> spanId = input.id("a link's span id", 8);
        case LINK_ATTRIBUTES -> innerAttributes.read();
        default -> in.skip(tag);
      }
    }
    in.leave(outer);
    Labels attributesOfLink = innerAttributes.take();
    return new Span.Link(traceId, spanId, attributesOfLink);
  }

  private void readStatus() throws MalformedPayloadException {
    int outer = in.enter();
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case STATUS_MESSAGE -> statusMessage = input.text("a span's status");
        case STATUS_CODE -> status = pick(STATUSES, in.varint());
        default -> in.skip(tag);
      }
    }
    in.leave(outer);
  }

  /** Returns the constant that a number stands for, or the first for a number not known. */
  private static <E> E pick(E[] constants, long number) {
    return constants[number < 0 || number >= constants.length ? 0 : (int) number];
  }
}
