package dev.guanlan.job.common;

import dev.guanlan.model.Labels;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.LogBlock.ResourceLogs;
import dev.guanlan.model.LogEntry;
import dev.guanlan.model.Origin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes blocks of log entries, group by group. */
final class LogBlockSerializer extends VersionedSerializer<LogBlock> {

  LogBlockSerializer() {
    super(1);
  }

  @Override
  protected void write(LogBlock block, DataOutputView out) throws IOException {
    BlockWriter writer = new BlockWriter(out);
    writer.text(block.tenant());
    writer.origin(block.origin());
    writer.count(block.resources().size());
    for (ResourceLogs group : block.resources()) {
      writer.labels(group.resource());
      writer.text(group.scope());
      writer.count(group.entries().size());
      for (LogEntry entry : group.entries()) {
        out.writeLong(entry.timestampNanos());
        out.writeLong(entry.observedNanos());
        out.writeInt(entry.severityNumber());
        writer.text(entry.severityText());
        writer.text(entry.body());
        writer.labels(entry.attributes());
        writer.text(entry.traceId());
        writer.text(entry.spanId());
      }
    }
  }

  @Override
  protected LogBlock read(int version, DataInputView in) throws IOException {
    BlockReader reader = new BlockReader(in);
    String tenant = reader.text();
    Origin origin = reader.origin();
    int groupCount = reader.count();
    List<ResourceLogs> groups = new ArrayList<>();
    for (int g = 0; g < groupCount; g++) {
      Labels resource = reader.labels();
      String scope = reader.text();
      int entryCount = reader.count();
      List<LogEntry> entries = new ArrayList<>();
      for (int e = 0; e < entryCount; e++) {
        entries.add(
            new LogEntry(
                in.readLong(),
                in.readLong(),
                in.readInt(),
                reader.text(),
                reader.text(),
                reader.labels(),
                reader.text(),
                reader.text()));
      }
      groups.add(new ResourceLogs(resource, scope, entries));
    }
    return new LogBlock(tenant, origin, groups);
  }

  @Override
  public LogBlock createInstance() {
    return new LogBlock("", Origin.NONE, List.of());
  }

  @Override
  public TypeSerializerSnapshot<LogBlock> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<LogBlock> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new LogBlockSerializer());
    }
  }
}
