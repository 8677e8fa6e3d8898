package dev.guanlan.job.common;

import dev.guanlan.model.Flow;
import dev.guanlan.model.FlowBlock;
import dev.guanlan.model.Origin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes blocks of flows. */
final class FlowBlockSerializer extends VersionedSerializer<FlowBlock> {

  FlowBlockSerializer() {
    super(1);
  }

  @Override
  protected void write(FlowBlock block, DataOutputView out) throws IOException {
    BlockWriter writer = new BlockWriter(out);
    writer.text(block.tenant());
    writer.origin(block.origin());
    writer.count(block.flows().size());
    for (Flow flow : block.flows()) {
      write(flow, writer, out);
    }
  }

  private static void write(Flow flow, BlockWriter writer, DataOutputView out) throws IOException {
    out.writeLong(flow.startNanos());
    out.writeLong(flow.endNanos());
    writer.text(flow.clientAddress());
    writer.count(flow.clientPort());
    writer.text(flow.serverAddress());
    writer.count(flow.serverPort());
    writer.text(flow.networkProtocol());
    writer.text(flow.applicationProtocol());
    writer.labels(flow.client());
    writer.labels(flow.server());
    out.writeLong(flow.bytesSent());
    out.writeLong(flow.bytesReceived());
    out.writeLong(flow.packetsSent());
    out.writeLong(flow.packetsReceived());
    out.writeLong(flow.requests());
    out.writeLong(flow.errors());
    out.writeLong(flow.retransmissions());
    out.writeLong(flow.roundTripNanos());
    out.writeLong(flow.responseNanos());
    writer.labels(flow.attributes());
  }

  @Override
  protected FlowBlock read(int version, DataInputView in) throws IOException {
    BlockReader reader = new BlockReader(in);
    String tenant = reader.text();
    Origin origin = reader.origin();
    int count = reader.count();
    List<Flow> flows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      flows.add(readFlow(reader, in));
    }
    return new FlowBlock(tenant, origin, flows);
  }

  private static Flow readFlow(BlockReader reader, DataInputView in) throws IOException {
    return new Flow(
        in.readLong(),
        in.readLong(),
        reader.text(),
        reader.count(),
        reader.text(),
        reader.count(),
        reader.text(),
        reader.text(),
        reader.labels(),
        reader.labels(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        reader.labels());
  }

  @Override
  public FlowBlock createInstance() {
    return new FlowBlock("", Origin.NONE, List.of());
  }

  @Override
  public TypeSerializerSnapshot<FlowBlock> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<FlowBlock> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new FlowBlockSerializer());
    }
  }
}
