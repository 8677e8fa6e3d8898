package dev.guanlan.job.alerting;

import dev.guanlan.job.common.BlockReader;
import dev.guanlan.job.common.BlockTypes;
import dev.guanlan.job.common.BlockWriter;
import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.model.SampleBlock;
import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes changes of rules, and the history before them, between tasks. */
final class GroupUpdateSerializer extends VersionedSerializer<GroupUpdate> {

  private static final long serialVersionUID = 1;
  private static final int CHANGE = 1;
  private static final int HISTORY = 2;

  private final RuleChangeSerializer changes = new RuleChangeSerializer();
  private final TypeSerializer<SampleBlock> blocks =
      BlockTypes.SAMPLES.createSerializer(new SerializerConfigImpl());

  GroupUpdateSerializer() {
    super(1);
  }

  @Override
  protected void write(GroupUpdate update, DataOutputView out) throws IOException {
    if (update instanceof RuleChange change) {
      out.writeByte(CHANGE);
      changes.serialize(change, out);
    } else if (update instanceof GroupHistory history) {
      out.writeByte(HISTORY);
      new BlockWriter(out).text(history.key());
      out.writeLong(history.version());
      out.writeBoolean(history.ofAlerts());
      blocks.serialize(history.block(), out);
    }
  }

  @Override
  protected GroupUpdate read(int version, DataInputView in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case CHANGE -> changes.deserialize(in);
      case HISTORY ->
          new GroupHistory(
              new BlockReader(in).text(), in.readLong(), in.readBoolean(), blocks.deserialize(in));
      default -> throw new IOException("no update of a group has the number " + kind);
    };
  }

  @Override
  public GroupUpdate createInstance() {
    return changes.createInstance();
  }

  @Override
  public TypeSerializerSnapshot<GroupUpdate> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<GroupUpdate> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new GroupUpdateSerializer());
    }
  }
}
