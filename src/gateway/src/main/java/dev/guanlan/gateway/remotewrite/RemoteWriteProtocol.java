package dev.guanlan.gateway.remotewrite;

import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.remotewrite.RemoteWriteDecoder;
import dev.guanlan.gateway.push.Answer;
import dev.guanlan.gateway.push.BodyKind;
import dev.guanlan.gateway.push.Compression;
import dev.guanlan.gateway.push.PushProtocol;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Receives Prometheus remote write 1.0. All that one sender sends goes to one partition, so that it
 * stays in order.
 *
 * <p>Source: https://prometheus.io/docs/specs/prw/remote_write_spec/
 */
public final class RemoteWriteProtocol implements PushProtocol {

  private static final String FIRST_VERSION = "prometheus.writerequest";

  /** The header that every remote-write sender sets, by its specification. */
  private static final String VERSION = "x-prometheus-remote-write-version";

  private static final int CACHED_SERIES = 1 << 13;
  private static final Answer TAKEN = Answer.empty(204);

  /** Makes the protocol. */
  public RemoteWriteProtocol() {}

  @Override
  public List<String> paths() {
    return List.of(
        "/api/v1/write", "/api/v1/remote/write", "/api/v1/prom/remote/write", "/api/prom/push");
  }

  /** Tells Prometheus' requests from Loki's, which may be of the same type on the same path. */
  @Override
  public boolean recognises(RequestHeaders headers) {
    MediaType type = BodyKind.contentType(headers);
    return BodyKind.isProtobuf(headers)
        && type != null
        && (type.parameters().containsKey("proto") || headers.contains(VERSION));
  }

  @Override
  public Form accept(RequestHeaders headers) throws Refusal {
    MediaType type = BodyKind.contentType(headers);
    if (BodyKind.isProtobuf(headers) && type != null) {
      List<String> message = type.parameters().getOrDefault("proto", List.of(FIRST_VERSION));
      if (!message.stream().allMatch(FIRST_VERSION::equalsIgnoreCase)) {
        throw BodyKind.unsupported(
            headers,
            "remote write 2.0 is not supported yet; send 1.0 (protobuf_message:"
                + " prometheus.WriteRequest in Prometheus' remote_write)");
      }
      if (BodyKind.contentEncoding(headers).equals("snappy")) {
        // The body is stored with its snappy, as the protocol defines it.
        return new Form(
            Topics.PROMETHEUS_REMOTE_WRITE, Encoding.PROMETHEUS_REMOTE_WRITE, Compression.NONE);
      }
    }
    throw BodyKind.unsupported(headers, "send application/x-protobuf, compressed with snappy");
  }

  @Override
  public Validator newValidator(DecoderLimits limits) {
    RemoteWriteDecoder decoder = new RemoteWriteDecoder(limits, CACHED_SERIES);
    return (raw, sender, inspection) -> {
      inspection.samples(decoder.decode(raw));
      return new Verdict(key(sender), TAKEN, decoder.unsupported());
    };
  }

  /** Computes FNV-1a of the sender's address and name. */
  private static byte[] key(Sender sender) {
    long hash = 0xcbf29ce484222325L;
    for (byte part : sender.address().getAddress()) {
      hash = (hash ^ (part & 0xFF)) * 0x100000001b3L;
    }
    for (byte part : sender.userAgent().getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (part & 0xFF)) * 0x100000001b3L;
    }
    return ByteBuffer.allocate(Long.BYTES).putLong(hash).array();
  }
}
