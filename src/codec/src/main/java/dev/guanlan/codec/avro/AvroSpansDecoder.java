package dev.guanlan.codec.avro;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.model.Labels;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.model.SpanBlock.ResourceSpans;
import dev.guanlan.schema.Span;

/** Decodes {@code Span} records. Spans of one resource that follow each other are a group. */
public final class AvroSpansDecoder implements Decoder<SpanBlock> {

  private final RecordWalk walk;

  private AvroSpansDecoder(DecoderLimits limits, boolean only) {
    walk = new RecordWalk(limits, Span.class, only);
  }

  /** Makes a decoder that passes over records of other types. */
  public static AvroSpansDecoder ofMixed(DecoderLimits limits) {
    return new AvroSpansDecoder(limits, false);
  }

  /** Makes a decoder that takes spans only. */
  public static AvroSpansDecoder only(DecoderLimits limits) {
    return new AvroSpansDecoder(limits, true);
  }

  @Override
  public SpanBlock decode(RawRecord raw) throws MalformedPayloadException {
    Groups<dev.guanlan.model.Span> groups = new Groups<>();
    String tenant =
        walk.walk(
            raw,
            record -> {
              Span span = (Span) record;
              groups.add(span.getResource(), span.getScope(), modelOf(span));
            });
    return new SpanBlock(tenant, raw.origin(), groups.map(ResourceSpans::new));
  }

  private static dev.guanlan.model.Span modelOf(Span span) {
    return new dev.guanlan.model.Span(
        span.getTraceId(),
        span.getSpanId(),
        span.getParentSpanId(),
        span.getName(),
        dev.guanlan.model.Span.Kind.valueOf(span.getKind().name()),
        span.getStartNanos(),
        span.getEndNanos(),
        dev.guanlan.model.Span.Status.valueOf(span.getStatus().name()),
        span.getStatusMessage(),
        Labels.of(span.getAttributes()),
        span.getEvents().stream()
            .map(
                event ->
                    new dev.guanlan.model.Span.Event(
                        event.getTimestampNanos(),
                        event.getName(),
                        Labels.of(event.getAttributes())))
            .toList(),
        span.getLinks().stream()
            .map(
                link ->
                    new dev.guanlan.model.Span.Link(
                        link.getTraceId(), link.getSpanId(), Labels.of(link.getAttributes())))
            .toList());
  }
}
