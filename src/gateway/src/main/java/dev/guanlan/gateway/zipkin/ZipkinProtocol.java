package dev.guanlan.gateway.zipkin;

import com.linecorp.armeria.common.RequestHeaders;
import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.zipkin.ZipkinJsonDecoder;
import dev.guanlan.codec.zipkin.ZipkinProtoDecoder;
import dev.guanlan.gateway.push.Answer;
import dev.guanlan.gateway.push.BodyKind;
import dev.guanlan.gateway.push.PushProtocol;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Span;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.model.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Receives Zipkin v2 spans, in JSON or protobuf, also on the paths that Tempo takes them on. A list
 * of one trace goes to that trace's partition.
 *
 * <p>Source: https://zipkin.io/zipkin-api/
 */
public final class ZipkinProtocol implements PushProtocol {

  private static final Answer TAKEN = Answer.empty(202);

  /** Makes the protocol. */
  public ZipkinProtocol() {}

  @Override
  public List<String> paths() {
    return List.of("/api/v2/spans", "/tempo/api/push", "/tempo/spans");
  }

  @Override
  public Form accept(RequestHeaders headers) throws Refusal {
    if (BodyKind.isJson(headers) || BodyKind.isUntyped(headers)) {
      return new Form(Topics.ZIPKIN_SPANS, Encoding.ZIPKIN_JSON, BodyKind.compression(headers));
    }
    if (BodyKind.isProtobuf(headers)) {
      return new Form(Topics.ZIPKIN_SPANS, Encoding.ZIPKIN_PROTO, BodyKind.compression(headers));
    }
    throw BodyKind.unsupported(headers, "send application/json or application/x-protobuf");
  }

  @Override
  public Validator newValidator(DecoderLimits limits) {
    Decoder<SpanBlock> protobuf = new ZipkinProtoDecoder(limits);
    Decoder<SpanBlock> json = new ZipkinJsonDecoder(limits);
    return (raw, sender, inspection) -> {
      boolean isJson = raw.encoding().equals(Encoding.ZIPKIN_JSON);
      SpanBlock block = (isJson ? json : protobuf).decode(raw);
      inspection.spans(block);
      return new Verdict(key(block), TAKEN, 0);
    };
  }

  /** Returns the only trace's id; null if there are several or none. */
  private static byte @Nullable [] key(SpanBlock block) {
    String only = "";
    for (SpanBlock.ResourceSpans group : block.resources()) {
      for (Span span : group.spans()) {
        if (!only.isEmpty() && !only.equals(span.traceId())) {
          return null;
        }
        only = span.traceId();
      }
    }
    return only.isEmpty() ? null : only.getBytes(StandardCharsets.US_ASCII);
  }
}
