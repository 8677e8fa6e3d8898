package dev.guanlan.gateway.otlp;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.otlp.OtlpJsonDecoder;
import dev.guanlan.codec.otlp.OtlpRequest;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.RawRecord;

/**
 * Decodes requests in protobuf and in JSON, as their encoding says.
 *
 * @param <B> what a request decodes to
 */
final class EitherForm<B> implements Decoder<B> {

  private final Decoder<B> protobuf;
  private final Decoder<B> json;

  EitherForm(OtlpRequest request, Decoder<B> protobuf, DecoderLimits limits) {
    this.protobuf = protobuf;
    this.json = new OtlpJsonDecoder<>(request, protobuf, limits);
  }

  @Override
  public B decode(RawRecord raw) throws MalformedPayloadException {
    return (raw.encoding().equals(Encoding.OTLP_JSON) ? json : protobuf).decode(raw);
  }
}
