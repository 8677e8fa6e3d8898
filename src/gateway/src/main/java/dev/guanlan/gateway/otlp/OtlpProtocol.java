package dev.guanlan.gateway.otlp;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.RequestHeaders;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.otlp.OtlpLogsDecoder;
import dev.guanlan.codec.otlp.OtlpMetricsDecoder;
import dev.guanlan.codec.otlp.OtlpResourcesDecoder;
import dev.guanlan.codec.otlp.OtlpSpansDecoder;
import dev.guanlan.gateway.push.BodyKind;
import dev.guanlan.gateway.push.PushProtocol;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Labels;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Receives one signal of OTLP over HTTP, protobuf, with or without gzip. A request of one service
 * goes to that service's partition.
 *
 * <p>Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
public final class OtlpProtocol implements PushProtocol {

  /** Decodes a body and returns how many of its parts have no translation yet. */
  private interface Check {
    long check(RawRecord raw) throws MalformedPayloadException;
  }

  private final String path;
  private final String topic;
  private final Function<DecoderLimits, Check> checks;

  private OtlpProtocol(String path, String topic, Function<DecoderLimits, Check> checks) {
    this.path = path;
    this.topic = topic;
    this.checks = checks;
  }

  /** Makes the protocol of metrics. */
  public static OtlpProtocol metrics() {
    return new OtlpProtocol(
        "/v1/metrics",
        Topics.OTLP_METRICS,
        limits -> {
          OtlpMetricsDecoder decoder = new OtlpMetricsDecoder(limits);
          return raw -> {
            decoder.decode(raw);
            return decoder.unsupportedPoints();
          };
        });
  }

  /** Makes the protocol of logs. */
  public static OtlpProtocol logs() {
    return new OtlpProtocol(
        "/v1/logs",
        Topics.OTLP_LOGS,
        limits -> {
          OtlpLogsDecoder decoder = new OtlpLogsDecoder(limits);
          return raw -> {
            decoder.decode(raw);
            return 0;
          };
        });
  }

  /** Makes the protocol of traces. */
  public static OtlpProtocol traces() {
    return new OtlpProtocol(
        "/v1/traces",
        Topics.OTLP_SPANS,
        limits -> {
          OtlpSpansDecoder decoder = new OtlpSpansDecoder(limits);
          return raw -> {
            decoder.decode(raw);
            return 0;
          };
        });
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public String topic() {
    return topic;
  }

  @Override
  public String encoding() {
    return Encoding.OTLP_PROTO;
  }

  @Override
  public Compression accept(RequestHeaders headers) throws Refusal {
    if (!BodyKind.isProtobuf(headers)) {
      throw BodyKind.unsupported(
          headers,
          path,
          "send application/x-protobuf (OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf); JSON is not"
              + " supported yet");
    }
    return switch (BodyKind.contentEncoding(headers)) {
      case "", "identity" -> Compression.NONE;
      case "gzip" -> Compression.GZIP;
      default -> throw BodyKind.unsupported(headers, path, "compress with gzip or not at all");
    };
  }

  @Override
  public Validator newValidator(DecoderLimits limits) {
    Check check = checks.apply(limits);
    OtlpResourcesDecoder resources = new OtlpResourcesDecoder(limits);
    return (raw, sender) -> {
      long untranslatable = check.check(raw);
      return new Verdict(key(resources.decode(raw)), answer(untranslatable), untranslatable);
    };
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

  private static Answer answer(long untranslatable) {
    HttpData content =
        untranslatable == 0
            ? HttpData.empty()
            : HttpData.wrap(
                PartialSuccess.encode(
                    untranslatable,
                    "delta temporality and exponential histograms are not translated to Prometheus"
                        + " series yet: prefer cumulative temporality and explicit buckets"));
    return new Answer(200, BodyKind.PROTOBUF, content);
  }
}
