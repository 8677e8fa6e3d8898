package dev.guanlan.codec.deepflow;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.model.Flow;
import dev.guanlan.model.FlowBlock;
import dev.guanlan.model.Labels;
import dev.guanlan.model.RawRecord;
import java.util.List;
import java.util.TreeMap;

/**
 * Decodes rows of {@code l4_flow_log} and {@code l7_flow_log} as flows, those of one observation
 * point each; a request is a flow of one request. Rows that do not count, and metrics, give empty
 * blocks.
 */
public final class DeepFlowFlowsDecoder implements Decoder<FlowBlock> {

  private static final long NANOS_A_MICRO = 1_000;

  private static final List<String> FLOW_ATTRIBUTES =
      List.of(
          "flow_id",
          "close_type",
          "status",
          "signal_source",
          "is_new_flow",
          "nat_source",
          "request_domain",
          "tunnel_type",
          "vlan",
          "acl_gids");

  private final DecoderLimits limits;
  private final RowReader reader;

  /** Makes a decoder. */
  public DeepFlowFlowsDecoder(DecoderLimits limits) {
    this.limits = limits;
    this.reader = new RowReader(limits);
  }

  @Override
  public FlowBlock decode(RawRecord raw) throws MalformedPayloadException {
    Row row = reader.read(raw);
    ObservationPoint point = ObservationPoint.of(row);
    List<Flow> flows =
        switch (Table.of(row, raw).kind()) {
          case FLOWS -> point.counts(row) ? List.of(flow(row, raw, point)) : List.of();
          case REQUESTS -> point.countsRequest(row) ? List.of(request(row, raw, point)) : List.of();
          case METRICS, PATH_METRICS -> List.of();
        };
    return new FlowBlock(raw.tenant(), raw.origin(), flows);
  }

  private Flow flow(Row row, RawRecord raw, ObservationPoint point)
      throws MalformedPayloadException {
    long answers = row.number("rrt_count");
    TreeMap<String, String> attributes = new TreeMap<>();
    Requests.put(row, FLOW_ATTRIBUTES, attributes);
    Requests.putPoint(row, point, attributes);
    long errors = row.number("l7_error");
    return new Flow(
        Requests.startNanos(row, raw),
        Requests.endNanos(row, raw),
        FlowEnd.CLIENT.address(row),
        row.port("client_port"),
        FlowEnd.SERVER.address(row),
        row.port("server_port"),
        Protocols.network(row),
        Protocols.application(row),
        FlowEnd.CLIENT.attributes(row, limits.maxLabels()),
        FlowEnd.SERVER.attributes(row, limits.maxLabels()),
        row.number("byte_tx"),
        row.number("byte_rx"),
        row.number("packet_tx"),
        row.number("packet_rx"),
        row.number("l7_request"),
        errors == 0 ? row.sum("l7_client_error", "l7_server_error") : errors,
        row.sum("retrans_tx", "retrans_rx"),
        row.number("rtt") * NANOS_A_MICRO,
        answers == 0 ? 0 : row.number("rrt_sum") * NANOS_A_MICRO / answers,
        Labels.of(attributes));
  }

  private Flow request(Row row, RawRecord raw, ObservationPoint point)
      throws MalformedPayloadException {
    return new Flow(
        Requests.startNanos(row, raw),
        Requests.endNanos(row, raw),
        FlowEnd.CLIENT.address(row),
        row.port("client_port"),
        FlowEnd.SERVER.address(row),
        row.port("server_port"),
        Protocols.network(row),
        Protocols.application(row),
        FlowEnd.CLIENT.attributes(row, limits.maxLabels()),
        FlowEnd.SERVER.attributes(row, limits.maxLabels()),
        row.number("request_length"),
        row.number("response_length"),
        0,
        0,
        Requests.isAnswerAlone(row) ? 0 : 1,
        Requests.failed(row) ? 1 : 0,
        0,
        0,
        row.number("response_duration") * NANOS_A_MICRO,
        Requests.attributes(row, point, limits));
  }
}
