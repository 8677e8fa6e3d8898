package dev.guanlan.job.alerting;

import dev.guanlan.job.common.BlockReader;
import dev.guanlan.job.common.BlockWriter;
import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.schema.RuleGroup;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes changes of rules between tasks; the group in Avro's single-object encoding. */
final class RuleChangeSerializer extends VersionedSerializer<RuleChange> {

  private static final long serialVersionUID = 1;
  private static final RecordFormat<RuleGroup> FORMAT = RecordFormat.of(RuleGroup.class);

  RuleChangeSerializer() {
    super(3);
  }

  @Override
  protected void write(RuleChange change, DataOutputView out) throws IOException {
    BlockWriter writer = new BlockWriter(out);
    writer.text(change.key());
    out.writeLong(change.version());
    byte[] group = change.group() == null ? new byte[0] : FORMAT.encode(change.group());
    writer.count(group.length);
    out.write(group);
    writer.text(change.missingHistory() == null ? "" : change.missingHistory());
    out.writeLong(change.readMillis());
  }

  @Override
  protected RuleChange read(int version, DataInputView in) throws IOException {
    BlockReader reader = new BlockReader(in);
    String key = reader.text();
    long published = in.readLong();
    byte[] group = new byte[reader.count()];
    in.readFully(group);
    String missingHistory = version < 2 ? "" : reader.text();
    return new RuleChange(
        key,
        published,
        group.length == 0 ? null : FORMAT.decode(group),
        missingHistory.isEmpty() ? null : missingHistory,
        version < 3 ? RuleChange.NOT_READ : in.readLong());
  }

  @Override
  public RuleChange createInstance() {
    return new RuleChange("", 0, null);
  }

  @Override
  public TypeSerializerSnapshot<RuleChange> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<RuleChange> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new RuleChangeSerializer());
    }
  }
}
