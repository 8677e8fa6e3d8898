package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.LeafResultsSerializer;
import dev.guanlan.job.common.BlockReader;
import dev.guanlan.job.common.BlockWriter;
import dev.guanlan.job.common.SchemaTypes;
import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.schema.RuleGroupPlan;
import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes between tasks what comes to groups and shards. */
final class GroupInputSerializer extends VersionedSerializer<GroupInput> {

  private static final long serialVersionUID = 1;
  private static final int SAMPLES = 1;
  private static final int MARK = 2;
  private static final int RESULTS = 3;

  private final SelectedSamplesSerializer samples = new SelectedSamplesSerializer();
  private final LeafResultsSerializer results = new LeafResultsSerializer();
  private final TypeSerializer<RuleGroupPlan> plans =
      SchemaTypes.of(RuleGroupPlan.class).createSerializer(new SerializerConfigImpl());

  GroupInputSerializer() {
    super(1);
  }

  @Override
  protected void write(GroupInput input, DataOutputView out) throws IOException {
    if (input instanceof SelectedSamples selected) {
      out.writeByte(SAMPLES);
      samples.serialize(selected, out);
    } else if (input instanceof PlanMark mark) {
      out.writeByte(MARK);
      new BlockWriter(out).text(mark.key());
      out.writeInt(mark.source());
      out.writeInt(mark.sources());
      out.writeLong(mark.newestMillis());
      plans.serialize(mark.plan(), out);
    } else if (input instanceof ShardResults told) {
      out.writeByte(RESULTS);
      results.serialize(told.results(), out);
    }
  }

  @Override
  protected GroupInput read(int version, DataInputView in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case SAMPLES -> samples.deserialize(in);
      case MARK ->
          new PlanMark(
              new BlockReader(in).text(),
              in.readInt(),
              in.readInt(),
              in.readLong(),
              plans.deserialize(in));
      case RESULTS -> new ShardResults(results.deserialize(in));
      default -> throw new IOException("no input of a group has the number " + kind);
    };
  }

  @Override
  public GroupInput createInstance() {
    return samples.createInstance();
  }

  @Override
  public TypeSerializer<GroupInput> duplicate() {
    // Each thread has columns of its own.
    return new GroupInputSerializer();
  }

  @Override
  public TypeSerializerSnapshot<GroupInput> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<GroupInput> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new GroupInputSerializer());
    }
  }
}
