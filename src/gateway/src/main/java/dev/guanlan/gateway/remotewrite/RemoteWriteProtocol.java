package dev.guanlan.gateway.remotewrite;

import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.remotewrite.RemoteWrite2Decoder;
import dev.guanlan.codec.remotewrite.RemoteWriteDecoder;
import dev.guanlan.codec.series.SeriesMemory;
import dev.guanlan.gateway.push.Answer;
import dev.guanlan.gateway.push.BodyKind;
import dev.guanlan.gateway.push.Compression;
import dev.guanlan.gateway.push.PushProtocol;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Receives Prometheus remote write 1.0 and 2.0, told apart by the content type. A request that does
 * not say what it is, or how it is compressed, is taken for 1.0 and snappy, as Prometheus' own
 * receiver does for clients older than the specification. All that one sender sends for one tenant
 * goes to one partition, so that it stays in order.
 *
 * <p>Loki's old path is one of ours too, where both send {@code application/x-protobuf}, or
 * nothing. A request that names its message, or has the header that every sender of remote write
 * sets, is ours; everything else there is Loki's, which takes what has no type for its own
 * protobuf.
 *
 * <p>Sources: https://prometheus.io/docs/specs/prw/remote_write_spec/ and
 * https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/
 */
public final class RemoteWriteProtocol implements PushProtocol {

  private static final String FIRST_MESSAGE = "prometheus.WriteRequest";
  private static final String SECOND_MESSAGE = "io.prometheus.write.v2.Request";

  /** The header that every remote-write sender sets, by its specification. */
  private static final String VERSION = "x-prometheus-remote-write-version";

  /** The headers that say how much was stored, which a sender of 2.0 relies on. */
  private static final String SAMPLES_WRITTEN = "x-prometheus-remote-write-samples-written";

  private static final String HISTOGRAMS_WRITTEN = "x-prometheus-remote-write-histograms-written";
  private static final String EXEMPLARS_WRITTEN = "x-prometheus-remote-write-exemplars-written";

  private static final int REMEMBERED_SERIES = 1 << 17;
  private static final long REMEMBERED_BYTES = 24L << 20;
  private static final Answer TAKEN = Answer.empty(204);

  /** What all validators remember together, as any of them may get any sender's next request. */
  private final SeriesMemory series = new SeriesMemory(REMEMBERED_SERIES, REMEMBERED_BYTES);

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
    boolean named =
        BodyKind.isProtobuf(headers) && type != null && type.parameters().containsKey("proto");
    boolean protobuf = BodyKind.isProtobuf(headers) || BodyKind.isUntyped(headers);
    return named || (protobuf && headers.contains(VERSION));
  }

  @Override
  public Form accept(RequestHeaders headers) throws Refusal {
    String encoding = encoding(headers);
    if (encoding.isEmpty() || !List.of("", "snappy").contains(BodyKind.contentEncoding(headers))) {
      throw BodyKind.unsupported(
          headers,
          "send application/x-protobuf, compressed with snappy, of the message "
              + FIRST_MESSAGE
              + " or "
              + SECOND_MESSAGE);
    }
    return new Form(Topics.PROMETHEUS_REMOTE_WRITE, encoding, Compression.SNAPPY);
  }

  /** Returns the encoding that the content type names; empty if it is none of ours. */
  private static String encoding(RequestHeaders headers) {
    MediaType type = BodyKind.contentType(headers);
    if (BodyKind.isUntyped(headers)) {
      return Encoding.PROMETHEUS_REMOTE_WRITE;
    }
    if (type == null || !BodyKind.isProtobuf(headers)) {
      return "";
    }
    List<String> messages = type.parameters().getOrDefault("proto", List.of(FIRST_MESSAGE));
    if (messages.stream().allMatch(FIRST_MESSAGE::equalsIgnoreCase)) {
      return Encoding.PROMETHEUS_REMOTE_WRITE;
    }
    return messages.stream().allMatch(SECOND_MESSAGE::equalsIgnoreCase)
        ? Encoding.PROMETHEUS_REMOTE_WRITE_V2
        : "";
  }

  @Override
  public Validator newValidator(DecoderLimits limits) {
    SeriesMemory memory = SeriesMemory.beside(series);
    Decoder<SampleBlock> first = new RemoteWriteDecoder(limits, memory);
    RemoteWrite2Decoder second = new RemoteWrite2Decoder(limits, memory);
    return (raw, sender, inspection) -> {
      boolean isSecond = raw.encoding().equals(Encoding.PROMETHEUS_REMOTE_WRITE_V2);
      SampleBlock block = (isSecond ? second : first).decode(raw);
      inspection.samples(block);
      Answer answer = isSecond ? written(TAKEN, block, second.staleHistograms()) : TAKEN;
      return new Verdict(key(raw.tenant(), sender), answer, 0);
    };
  }

  /** Says 0 for everything, as nothing of a refused request is stored. */
  @Override
  public Answer refuse(Refusal refusal, RequestHeaders headers) {
    Answer answer = Answer.refusal(refusal);
    return encoding(headers).equals(Encoding.PROMETHEUS_REMOTE_WRITE_V2)
        ? written(answer, 0, 0, 0)
        : answer;
  }

  /** Says what a block holds, whose stale histograms are numbers by now. */
  private static Answer written(Answer answer, SampleBlock block, int staleHistograms) {
    int histograms = staleHistograms;
    if (block.hasHistograms()) {
      for (int i = 0; i < block.sampleCount(); i++) {
        histograms += block.histogram(i) == null ? 0 : 1;
      }
    }
    return written(answer, block.sampleCount() - histograms, histograms, block.exemplars().size());
  }

  private static Answer written(Answer answer, int samples, int histograms, int exemplars) {
    return answer
        .with(SAMPLES_WRITTEN, Integer.toString(samples))
        .with(HISTOGRAMS_WRITTEN, Integer.toString(histograms))
        .with(EXEMPLARS_WRITTEN, Integer.toString(exemplars));
  }

  /**
   * Computes FNV-1a of what tells senders apart: behind a load balancer that hides their addresses
   * all of one release are left with their tenants.
   */
  static byte[] key(String tenant, Sender sender) {
    long hash = 0xcbf29ce484222325L;
    hash = hash(hash, sender.address().getAddress());
    // The zero, which neither can hold, keeps "a" and "bc" apart from "ab" and "c".
    hash = hash(hash, (tenant + '\0' + sender.userAgent()).getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.allocate(Long.BYTES).putLong(hash).array();
  }

  private static long hash(long soFar, byte[] bytes) {
    long hash = soFar;
    for (byte part : bytes) {
      hash = (hash ^ (part & 0xFF)) * 0x100000001b3L;
    }
    return hash;
  }
}
