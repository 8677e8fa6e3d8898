package dev.guanlan.job.ingest;

import dev.guanlan.connector.clickhouse.Insert;
import dev.guanlan.connector.clickhouse.RowEncoder;
import dev.guanlan.model.Flow;
import dev.guanlan.model.FlowBlock;
import dev.guanlan.store.RowBuffer;
import java.util.List;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;

/** Makes a row of every network flow. */
final class FlowRows implements RowEncoder<FlowBlock> {

  private static final long serialVersionUID = 1L;

  static final String INSERT =
      "INSERT INTO flows (tenant, start, end, client_address, client_port, server_address,"
          + " server_port, network_protocol, application_protocol, client, server, bytes_sent,"
          + " bytes_received, packets_sent, packets_received, requests, errors, retransmissions,"
          + " round_trip, response, attributes, expires)"
          + " SETTINGS max_partitions_per_insert_block = 1000 FORMAT RowBinary";

  private final TimeBounds bounds;

  private transient Counter outOfTime = new SimpleCounter();

  FlowRows(TimeBounds bounds) {
    this.bounds = bounds;
  }

  @Override
  public List<Insert> inserts() {
    return List.of(Insert.rows(INSERT));
  }

  @Override
  public void open(MetricGroup metrics) {
    outOfTime = metrics.counter(IngestNames.OUT_OF_TIME);
  }

  @Override
  public void encode(FlowBlock block, Tables tables) {
    RowBuffer row = tables.rows(0);
    int days = bounds.retention().days(block.tenant(), "flows");
    long earliest = bounds.earliestMillis(days) * 1_000_000;
    long latest = bounds.latestMillis() * 1_000_000;
    for (Flow flow : block.flows()) {
      if (flow.endNanos() < earliest || flow.endNanos() > latest) {
        outOfTime.inc();
      } else {
        write(block.tenant(), flow, Retention.expires(flow.endNanos() / 1_000_000, days), row);
      }
    }
  }

  private static void write(String tenant, Flow flow, int expires, RowBuffer row) {
    row.string(tenant);
    row.int64(flow.startNanos());
    row.int64(flow.endNanos());
    row.string(flow.clientAddress());
    row.int16(flow.clientPort());
    row.string(flow.serverAddress());
    row.int16(flow.serverPort());
    row.string(flow.networkProtocol());
    row.string(flow.applicationProtocol());
    row.map(flow.client());
    row.map(flow.server());
    row.int64(flow.bytesSent());
    row.int64(flow.bytesReceived());
    row.int64(flow.packetsSent());
    row.int64(flow.packetsReceived());
    row.int64(flow.requests());
    row.int64(flow.errors());
    row.int64(flow.retransmissions());
    row.int64(flow.roundTripNanos());
    row.int64(flow.responseNanos());
    row.map(flow.attributes());
    row.date(expires);
    row.endRow();
  }
}
