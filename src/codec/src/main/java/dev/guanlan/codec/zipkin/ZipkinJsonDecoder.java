package dev.guanlan.codec.zipkin;

import com.fasterxml.jackson.core.JsonToken;
import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.json.JsonReader;
import dev.guanlan.codec.json.JsonSource;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.Span;
import dev.guanlan.model.SpanBlock;
import java.util.Locale;

/** Decodes a JSON list of Zipkin v2 spans. */
public final class ZipkinJsonDecoder implements Decoder<SpanBlock> {

  /** A span itself nests four levels; the rest is for fields that nobody knows. */
  private static final int MAX_DEPTH = 32;

  private final JsonSource source;
  private final SpanCollector span;

  /** Makes a decoder. */
  public ZipkinJsonDecoder(DecoderLimits limits) {
    this.source = new JsonSource(limits, MAX_DEPTH);
    this.span = new SpanCollector(limits);
  }

  @Override
  public SpanBlock decode(RawRecord raw) throws MalformedPayloadException {
    span.begin();
    try (JsonReader in = source.open(raw.payload())) {
      in.next();
      in.expectArray("a list of spans");
      while (in.nextElement()) {
        in.expectObject("a span");
        readSpan(in);
        span.endSpan(raw.receivedAtMillis());
      }
      in.end();
      return span.end(raw);
    } finally {
      span.clear();
    }
  }

  private void readSpan(JsonReader in) throws MalformedPayloadException {
    span.beginSpan();
    while (in.nextField()) {
      String name = in.name();
      if (in.next() == JsonToken.VALUE_NULL) {
        continue;
      }
      switch (name) {
        case "traceId" ->
            span.traceId = Ids.padded("a span's trace id", in.text("a trace id"), Ids.TRACE_DIGITS);
        case "parentId" ->
            span.parentId =
                Ids.padded("a span's parent id", in.text("a parent id"), Ids.SPAN_DIGITS);
        case "id" -> span.spanId = Ids.padded("a span's id", in.text("an id"), Ids.SPAN_DIGITS);
        case "kind" -> span.kind = kind(in);
        case "name" -> span.name = in.text("a span's name");
        case "timestamp" -> span.timestamp = in.int64("a span's timestamp");
        case "duration" -> span.duration = in.int64("a span's duration");
        case "localEndpoint" -> readEndpoint(in, span.local);
        case "remoteEndpoint" -> readEndpoint(in, span.remote);
        case "annotations" -> readAnnotations(in);
        case "tags" -> readTags(in);
        case "debug" -> span.debug = in.is(JsonToken.VALUE_TRUE);
        case "shared" -> span.shared = in.is(JsonToken.VALUE_TRUE);
        case "binaryAnnotations" ->
            throw in.malformed("a span of Zipkin v1 where only those of v2 are understood");
        default -> in.skip();
      }
    }
  }

  private static Span.Kind kind(JsonReader in) throws MalformedPayloadException {
    String kind = in.text("a span's kind");
    return switch (kind.toUpperCase(Locale.ROOT)) {
      case "CLIENT" -> Span.Kind.CLIENT;
      case "SERVER" -> Span.Kind.SERVER;
      case "PRODUCER" -> Span.Kind.PRODUCER;
      case "CONSUMER" -> Span.Kind.CONSUMER;
      case "" -> Span.Kind.UNSPECIFIED;
      default -> throw in.malformed("a span of the unknown kind " + Excerpt.of(kind));
    };
  }

  private static void readEndpoint(JsonReader in, Endpoint endpoint)
      throws MalformedPayloadException {
    in.expectObject("an endpoint");
    endpoint.clear();
    while (in.nextField()) {
      String name = in.name();
      if (in.next() == JsonToken.VALUE_NULL) {
        continue;
      }
      switch (name) {
        case "serviceName" -> endpoint.serviceName = in.text("a service name");
        case "ipv4" -> endpoint.ipv4 = in.text("an address");
        case "ipv6" -> endpoint.ipv6 = in.text("an address");
        case "port" -> endpoint.port = port(in);
        default -> in.skip();
      }
    }
  }

  private static int port(JsonReader in) throws MalformedPayloadException {
    long port = in.int64("a port");
    if (port < 0 || port > 65_535) {
      throw in.malformed("a port of " + port);
    }
    return (int) port;
  }

  private void readAnnotations(JsonReader in) throws MalformedPayloadException {
    in.expectArray("annotations");
    while (in.nextElement()) {
      in.expectObject("an annotation");
      long time = 0;
      String value = "";
      while (in.nextField()) {
        String name = in.name();
        in.next();
        switch (name) {
          case "timestamp" -> time = in.int64("an annotation's timestamp");
          case "value" -> value = in.text("an annotation's value");
          default -> in.skip();
        }
      }
      span.annotation(time, value);
    }
  }

  private void readTags(JsonReader in) throws MalformedPayloadException {
    in.expectObject("tags");
    while (in.nextField()) {
      String name = in.name();
      in.next();
      span.tags.tag(name, in.scalar("a tag's value"));
    }
  }
}
