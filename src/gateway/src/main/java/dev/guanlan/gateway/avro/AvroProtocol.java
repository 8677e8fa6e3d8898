package dev.guanlan.gateway.avro;

import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.avro.AvroFlowsDecoder;
import dev.guanlan.codec.avro.AvroLogsDecoder;
import dev.guanlan.codec.avro.AvroSamplesDecoder;
import dev.guanlan.codec.avro.AvroSpansDecoder;
import dev.guanlan.gateway.push.Answer;
import dev.guanlan.gateway.push.BodyKind;
import dev.guanlan.gateway.push.Inspection;
import dev.guanlan.gateway.push.PushProtocol;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.FlowBlock;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.model.Topics;
import java.util.List;
import java.util.function.Function;

/**
 * Receives records of one type, one after another in the body, each in Avro's single-object
 * encoding. A body with one record that cannot be read, or of another type, is refused whole; the
 * refusal names the record.
 */
public final class AvroProtocol implements PushProtocol {

  private static final Answer TAKEN = Answer.empty(204);

  private static final List<MediaType> TYPES =
      List.of(
          MediaType.OCTET_STREAM,
          MediaType.create("avro", "binary"),
          MediaType.create("application", "avro"),
          MediaType.create("application", "vnd.apache.avro"));

  /** Decodes a body and has its blocks inspected. */
  private interface Check {
    void check(RawRecord raw, Inspection inspection) throws MalformedPayloadException, Refusal;
  }

  private final String type;
  private final Function<DecoderLimits, Check> checks;

  private AvroProtocol(String type, Function<DecoderLimits, Check> checks) {
    this.type = type;
    this.checks = checks;
  }

  /** Makes the protocol of samples. */
  public static AvroProtocol samples() {
    return new AvroProtocol(
        "samples",
        limits -> {
          AvroSamplesDecoder decoder = AvroSamplesDecoder.only(limits);
          return (raw, inspection) -> {
            SampleBlock block = decoder.decode(raw);
            refuseOthers(raw.tenant(), block.tenant());
            inspection.samples(block);
          };
        });
  }

  /** Makes the protocol of log entries. */
  public static AvroProtocol logs() {
    return new AvroProtocol(
        "logs",
        limits -> {
          AvroLogsDecoder decoder = AvroLogsDecoder.only(limits);
          return (raw, inspection) -> {
            LogBlock block = decoder.decode(raw);
            refuseOthers(raw.tenant(), block.tenant());
            inspection.logs(block);
          };
        });
  }

  /** Makes the protocol of spans. */
  public static AvroProtocol spans() {
    return new AvroProtocol(
        "spans",
        limits -> {
          AvroSpansDecoder decoder = AvroSpansDecoder.only(limits);
          return (raw, inspection) -> {
            SpanBlock block = decoder.decode(raw);
            refuseOthers(raw.tenant(), block.tenant());
            inspection.spans(block);
          };
        });
  }

  /** Makes the protocol of network flows. */
  public static AvroProtocol flows() {
    return new AvroProtocol(
        "flows",
        limits -> {
          AvroFlowsDecoder decoder = AvroFlowsDecoder.only(limits);
          return (raw, inspection) -> {
            FlowBlock block = decoder.decode(raw);
            refuseOthers(raw.tenant(), block.tenant());
            inspection.flows(block);
          };
        });
  }

  /**
   * A record that names its tenant must not get past what its sender may, and whose limits hold.
   */
  private static void refuseOthers(String pushed, String named) throws Refusal {
    if (!named.equals(pushed)) {
      throw new Refusal(
          Refusal.Reason.FORBIDDEN,
          "the records are of the tenant "
              + Excerpt.of(named)
              + ", but pushed for "
              + Excerpt.of(pushed)
              + "; push them with the header X-Scope-OrgID of their tenant");
    }
  }

  @Override
  public List<String> paths() {
    return List.of("/api/v1/import/avro/" + type);
  }

  @Override
  public Form accept(RequestHeaders headers) throws Refusal {
    MediaType sent = BodyKind.contentType(headers);
    boolean known = sent != null && TYPES.contains(sent.withoutParameters());
    if (!known && !BodyKind.isUntyped(headers)) {
      throw BodyKind.unsupported(
          headers, "send records in Avro's single-object encoding as application/octet-stream");
    }
    return new Form(Topics.TELEMETRY, Encoding.AVRO, BodyKind.compression(headers));
  }

  @Override
  public Validator newValidator(DecoderLimits limits) {
    Check check = checks.apply(limits);
    return (raw, sender, inspection) -> {
      check.check(raw, inspection);
      return new Verdict(sender.address().getAddress(), TAKEN, 0);
    };
  }
}
