package dev.guanlan.codec.avro;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.model.FlowBlock;
import dev.guanlan.model.Labels;
import dev.guanlan.model.RawRecord;
import dev.guanlan.schema.Flow;
import java.util.ArrayList;
import java.util.List;

/** Decodes {@code Flow} records. */
public final class AvroFlowsDecoder implements Decoder<FlowBlock> {

  private final RecordWalk walk;

  private AvroFlowsDecoder(DecoderLimits limits, boolean only) {
    walk = new RecordWalk(limits, Flow.class, only);
  }

  /** Makes a decoder that passes over records of other types. */
  public static AvroFlowsDecoder ofMixed(DecoderLimits limits) {
    return new AvroFlowsDecoder(limits, false);
  }

  /** Makes a decoder that takes flows only. */
  public static AvroFlowsDecoder only(DecoderLimits limits) {
    return new AvroFlowsDecoder(limits, true);
  }

  @Override
  public FlowBlock decode(RawRecord raw) throws MalformedPayloadException {
    List<dev.guanlan.model.Flow> flows = new ArrayList<>();
    String tenant = walk.walk(raw, record -> flows.add(modelOf((Flow) record)));
    return new FlowBlock(tenant, raw.origin(), List.copyOf(flows));
  }

  private static dev.guanlan.model.Flow modelOf(Flow flow) {
    return new dev.guanlan.model.Flow(
        flow.getStartNanos(),
        flow.getEndNanos(),
        flow.getClientAddress(),
        flow.getClientPort(),
        flow.getServerAddress(),
        flow.getServerPort(),
        flow.getNetworkProtocol(),
        flow.getApplicationProtocol(),
        Labels.of(flow.getClient()),
        Labels.of(flow.getServer()),
        flow.getBytesSent(),
        flow.getBytesReceived(),
        flow.getPacketsSent(),
        flow.getPacketsReceived(),
        flow.getRequests(),
        flow.getErrors(),
        flow.getRetransmissions(),
        flow.getRoundTripNanos(),
        flow.getResponseNanos(),
        Labels.of(flow.getAttributes()));
  }
}
