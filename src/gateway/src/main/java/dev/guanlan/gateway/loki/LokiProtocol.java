package dev.guanlan.gateway.loki;

import com.linecorp.armeria.common.RequestHeaders;
import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.loki.LokiJsonDecoder;
import dev.guanlan.codec.loki.LokiProtoDecoder;
import dev.guanlan.gateway.push.Answer;
import dev.guanlan.gateway.push.BodyKind;
import dev.guanlan.gateway.push.Compression;
import dev.guanlan.gateway.push.PushProtocol;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.Topics;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Receives Loki's push: protobuf, which is stored with the snappy that is part of it, or JSON. A
 * push of one stream goes to that stream's partition.
 *
 * <p>Source: https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs
 */
public final class LokiProtocol implements PushProtocol {

  private static final Answer TAKEN = Answer.empty(204);

  /** Makes the protocol. */
  public LokiProtocol() {}

  @Override
  public List<String> paths() {
    return List.of("/loki/api/v1/push", "/api/prom/push");
  }

  @Override
  public Form accept(RequestHeaders headers) throws Refusal {
    if (BodyKind.isJson(headers)) {
      return new Form(Topics.LOKI_PUSH, Encoding.LOKI_JSON, BodyKind.compression(headers));
    }
    // Loki takes a body that does not say what it is to be protobuf.
    if (BodyKind.isProtobuf(headers) || BodyKind.isUntyped(headers)) {
      // Most agents do not say that it is snappy's, which it always is.
      boolean ownCompression = List.of("", "snappy").contains(BodyKind.contentEncoding(headers));
      return new Form(
          Topics.LOKI_PUSH,
          Encoding.LOKI_PROTO,
          ownCompression ? Compression.SNAPPY : BodyKind.compression(headers));
    }
    throw BodyKind.unsupported(
        headers, "send application/json, or application/x-protobuf compressed with snappy");
  }

  @Override
  public Validator newValidator(DecoderLimits limits) {
    Decoder<LogBlock> protobuf = new LokiProtoDecoder(limits);
    Decoder<LogBlock> json = new LokiJsonDecoder(limits);
    return (raw, sender, inspection) -> {
      boolean isJson = raw.encoding().equals(Encoding.LOKI_JSON);
      LogBlock block = (isJson ? json : protobuf).decode(raw);
      inspection.logs(block);
      return new Verdict(key(block), TAKEN, 0);
    };
  }

  /** Returns the identity of the only stream; null if there are several or none. */
  private static byte @Nullable [] key(LogBlock block) {
    if (block.resources().size() != 1) {
      return null;
    }
    SeriesId stream = SeriesId.of(block.tenant(), block.resources().get(0).resource());
    return ByteBuffer.allocate(Long.BYTES).putLong(stream.high()).array();
  }
}
