package dev.guanlan.job.alerting;

import dev.guanlan.job.common.BlockReader;
import dev.guanlan.job.common.BlockTypes;
import dev.guanlan.job.common.BlockWriter;
import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes what a group recorded between tasks. */
final class GroupSamplesSerializer extends VersionedSerializer<GroupSamples> {

  private static final long serialVersionUID = 1;

  private final TypeSerializer<SampleBlock> blocks =
      BlockTypes.SAMPLES.createSerializer(new SerializerConfigImpl());

  GroupSamplesSerializer() {
    super(1);
  }

  @Override
  protected void write(GroupSamples samples, DataOutputView out) throws IOException {
    new BlockWriter(out).text(samples.group());
    blocks.serialize(samples.block(), out);
  }

  @Override
  protected GroupSamples read(int version, DataInputView in) throws IOException {
    return new GroupSamples(new BlockReader(in).text(), blocks.deserialize(in));
  }

  @Override
  public GroupSamples createInstance() {
    return new GroupSamples("", SampleBlock.builder("", Origin.NONE).build());
  }

  @Override
  public TypeSerializerSnapshot<GroupSamples> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<GroupSamples> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new GroupSamplesSerializer());
    }
  }
}
