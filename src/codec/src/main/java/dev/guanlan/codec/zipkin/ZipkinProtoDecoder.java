package dev.guanlan.codec.zipkin;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.ProtoReader;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.Span;
import dev.guanlan.model.SpanBlock;

/** Decodes a {@code zipkin.proto3.ListOfSpans}. */
public final class ZipkinProtoDecoder implements Decoder<SpanBlock> {

  private static final int SPANS = 1 << 3 | 2;
  private static final int TRACE_ID = 1 << 3 | 2;
  private static final int PARENT_ID = 2 << 3 | 2;
  private static final int ID = 3 << 3 | 2;
  private static final int KIND = 4 << 3;
  private static final int NAME = 5 << 3 | 2;
  private static final int TIMESTAMP = 6 << 3 | 1;
  private static final int DURATION = 7 << 3;
  private static final int LOCAL_ENDPOINT = 8 << 3 | 2;
  private static final int REMOTE_ENDPOINT = 9 << 3 | 2;
  private static final int ANNOTATIONS = 10 << 3 | 2;
  private static final int TAGS = 11 << 3 | 2;
  private static final int DEBUG = 12 << 3;
  private static final int SHARED = 13 << 3;

  private static final int SERVICE_NAME = 1 << 3 | 2;
  private static final int IPV4 = 2 << 3 | 2;
  private static final int IPV6 = 3 << 3 | 2;
  private static final int PORT = 4 << 3;
  private static final int ANNOTATION_TIME = 1 << 3 | 1;
  private static final int ANNOTATION_VALUE = 2 << 3 | 2;
  private static final int KEY = 1 << 3 | 2;
  private static final int VALUE = 2 << 3 | 2;

  /** Zipkin's kinds by their numbers. */
  private static final Span.Kind[] KINDS = {
    Span.Kind.UNSPECIFIED,
    Span.Kind.CLIENT,
    Span.Kind.SERVER,
    Span.Kind.PRODUCER,
    Span.Kind.CONSUMER
  };

  private final DecoderLimits limits;
  private final ProtoReader in = new ProtoReader();
  private final SpanCollector span;

  /** Makes a decoder. */
  public ZipkinProtoDecoder(DecoderLimits limits) {
    this.limits = limits;
    this.span = new SpanCollector(limits);
  }

  @Override
  public SpanBlock decode(RawRecord raw) throws MalformedPayloadException {
    byte[] payload = raw.payload();
    limits.checkLength("the list has", payload.length, "send smaller batches");
    span.begin();
    try {
      in.reset(payload, 0, payload.length);
      while (in.hasMore()) {
        int tag = in.tag();
        if (tag == SPANS) {
          readSpan(raw.receivedAtMillis());
        } else {
          in.skip(tag);
        }
      }
      return span.end(raw);
    } finally {
      in.release();
      span.clear();
    }
  }

  private void readSpan(long receivedMillis) throws MalformedPayloadException {
    span.beginSpan();
    int outer = in.enter();
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case TRACE_ID ->
            span.traceId = Ids.padded("a span's trace id", in.copy(), Ids.TRACE_DIGITS);
        case PARENT_ID ->
            span.parentId = Ids.padded("a span's parent id", in.copy(), Ids.SPAN_DIGITS);
        case ID -> span.spanId = Ids.padded("a span's id", in.copy(), Ids.SPAN_DIGITS);
        case KIND -> span.kind = kind(in.varint());
        case NAME -> span.name = in.text("a span's name");
        case TIMESTAMP -> span.timestamp = in.fixed64();
        case DURATION -> span.duration = in.varint();
        case LOCAL_ENDPOINT -> readEndpoint(span.local);
        case REMOTE_ENDPOINT -> readEndpoint(span.remote);
        case ANNOTATIONS -> readAnnotation();
        case TAGS -> readTag();
        case DEBUG -> span.debug = in.varint() != 0;
        case SHARED -> span.shared = in.varint() != 0;
        default -> in.skip(tag);
      }
    }
    in.leave(outer);
    span.endSpan(receivedMillis);
  }

  private static Span.Kind kind(long number) {
    return KINDS[number < 0 || number >= KINDS.length ? 0 : (int) number];
  }

  private void readEndpoint(Endpoint endpoint) throws MalformedPayloadException {
    int outer = in.enter();
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case SERVICE_NAME -> endpoint.serviceName = in.text("an endpoint's service name");
        case IPV4 -> endpoint.ipv4 = ipv4();
        case IPV6 -> endpoint.ipv6 = ipv6();
        case PORT -> endpoint.port = (int) in.varint();
        default -> in.skip(tag);
      }
    }
    in.leave(outer);
  }

  private String ipv4() throws MalformedPayloadException {
    byte[] bytes = address(4);
    return bytes.length == 0 ? "" : Addresses.ipv4(bytes);
  }

  private String ipv6() throws MalformedPayloadException {
    byte[] bytes = address(16);
    return bytes.length == 0 ? "" : Addresses.ipv6(bytes);
  }

  /** Reads as many bytes, or none. */
  private byte[] address(int length) throws MalformedPayloadException {
    int where = in.position();
    byte[] bytes = in.copy();
    if (bytes.length != 0 && bytes.length != length) {
      throw in.malformed("an address of " + bytes.length + " bytes instead of " + length, where);
    }
    return bytes;
  }

  private void readAnnotation() throws MalformedPayloadException {
    long time = 0;
    String value = "";
    int outer = in.enter();
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case ANNOTATION_TIME -> time = in.fixed64();
        case ANNOTATION_VALUE -> value = in.text("an annotation's value");
        default -> in.skip(tag);
      }
    }
    in.leave(outer);
    span.annotation(time, value);
  }

  private void readTag() throws MalformedPayloadException {
    String name = "";
    String value = "";
    int outer = in.enter();
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case KEY -> name = in.text("a tag's name");
        case VALUE -> value = in.text("a tag's value");
        default -> in.skip(tag);
      }
    }
    in.leave(outer);
    span.tags.tag(name, value);
  }
}
