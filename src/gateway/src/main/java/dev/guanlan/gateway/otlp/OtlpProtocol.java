package dev.guanlan.gateway.otlp;

import com.linecorp.armeria.common.RequestHeaders;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.otlp.OtlpRequest;
import dev.guanlan.codec.otlp.OtlpResourcesDecoder;
import dev.guanlan.codec.series.SeriesMemory;
import dev.guanlan.gateway.push.Answer;
import dev.guanlan.gateway.push.BodyKind;
import dev.guanlan.gateway.push.Compression;
import dev.guanlan.gateway.push.GrpcProtocol;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Labels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Receives one signal of OTLP: protobuf or JSON, plain or compressed with gzip or zstd. A request
 * of one service goes to that service's partition.
 *
 * <p>Source: https://opentelemetry.io/docs/specs/otlp/
 */
public final class OtlpProtocol implements GrpcProtocol {

  private static final String UNTRANSLATABLE =
      "points without a value, sums and histograms without a temporality, and exponential"
          + " histograms of a scale below -4 mean nothing in Prometheus: set these at the sender";

  private static final int REMEMBERED_SERIES = 1 << 17;
  private static final long REMEMBERED_BYTES = 24L << 20;

  private final Signal signal;

  /** What all validators remember together, as any of them may get any sender's next request. */
  private final SeriesMemory series = new SeriesMemory(REMEMBERED_SERIES, REMEMBERED_BYTES);

  private OtlpProtocol(Signal signal) {
    this.signal = signal;
  }

  /** Makes the protocol of metrics. */
  public static OtlpProtocol metrics() {
    return new OtlpProtocol(Signal.METRICS);
  }

  /** Makes the protocol of logs. */
  public static OtlpProtocol logs() {
    return new OtlpProtocol(Signal.LOGS);
  }

  /** Makes the protocol of traces. */
  public static OtlpProtocol traces() {
    return new OtlpProtocol(Signal.TRACES);
  }

  @Override
  public List<String> paths() {
    return List.of("/v1/" + signal.pathName, "/otlp/v1/" + signal.pathName);
  }

  @Override
  public Form accept(RequestHeaders headers) throws Refusal {
    boolean json = BodyKind.isJson(headers);
    if (!json && !BodyKind.isProtobuf(headers)) {
      throw BodyKind.unsupported(
          headers,
          "send application/x-protobuf (OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf) or"
              + " application/json");
    }
    String encoding = json ? Encoding.OTLP_JSON : Encoding.OTLP_PROTO;
    return new Form(signal.topic, encoding, BodyKind.compression(headers));
  }

  @Override
  public String grpcPath() {
    return signal.grpcPath;
  }

  @Override
  public Form grpcForm(Compression compression) {
    return new Form(signal.topic, Encoding.OTLP_PROTO, compression);
  }

  @Override
  public Validator newValidator(DecoderLimits limits) {
    Signal.Check check = signal.newCheck(limits, series);
    EitherForm<List<Labels>> resources =
        new EitherForm<>(OtlpRequest.RESOURCES, new OtlpResourcesDecoder(limits), limits);
    return (raw, sender, inspection) -> {
      long untranslatable = check.check(raw, inspection);
      OtlpBody form = OtlpBody.ofEncoding(raw.encoding());
      return new Verdict(
          key(resources.decode(raw)),
          form.exported(signal, untranslatable, UNTRANSLATABLE),
          untranslatable);
    };
  }

  @Override
  public Answer refuse(Refusal refusal, RequestHeaders headers) {
    return OtlpBody.ofRequest(headers).refused(refusal);
  }

  /** Returns the one service that the resources are of; null if they are of several or of none. */
  private static byte @Nullable [] key(List<Labels> resources) {
    String only = "";
    for (Labels resource : resources) {
      String name = resource.getOrEmpty("service.name");
      String namespace = resource.getOrEmpty("service.namespace");
      String service = namespace.isEmpty() ? name : namespace + "/" + name;
      if (name.isEmpty() || !(only.isEmpty() || only.equals(service))) {
        return null;
      }
      only = service;
    }
    return only.isEmpty() ? null : only.getBytes(StandardCharsets.UTF_8);
  }
}
