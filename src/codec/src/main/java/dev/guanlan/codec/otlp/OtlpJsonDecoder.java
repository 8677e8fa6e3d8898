package dev.guanlan.codec.otlp;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.RawRecord;

/**
 * Decodes OTLP requests in JSON, by writing them as protobuf for a decoder of that.
 *
 * @param <B> what a request decodes to
 */
public final class OtlpJsonDecoder<B> implements Decoder<B> {

  private final JsonTranscoder transcoder;
  private final Decoder<B> decoder;

  /**
   * Makes a decoder.
   *
   * @param request which request the payloads are
   * @param decoder decodes the same request in protobuf
   * @param limits bound the JSON, and the protobuf that becomes of it
   */
  public OtlpJsonDecoder(OtlpRequest request, Decoder<B> decoder, DecoderLimits limits) {
    this.transcoder = new JsonTranscoder(request, limits);
    this.decoder = decoder;
  }

  @Override
  public B decode(RawRecord raw) throws MalformedPayloadException {
    byte[] protobuf = transcoder.transcode(raw.payload());
    try {
      return decoder.decode(
          new RawRecord(
              raw.tenant(),
              Encoding.OTLP_PROTO,
              raw.receivedAtMillis(),
              raw.key(),
              protobuf,
              raw.origin()));
    } catch (PayloadTooLargeException e) {
      throw e;
    } catch (MalformedPayloadException e) {
      throw new MalformedPayloadException("of the JSON request, " + e.getMessage(), e);
    }
  }

  @Override
  public long unsupported() {
    return decoder.unsupported();
  }
}
