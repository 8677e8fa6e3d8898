package dev.guanlan.job.common.delta;

import dev.guanlan.job.common.BlockTypes;
import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.job.common.VersionedType;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes series of changes between tasks. */
final class DeltaPartSerializer extends VersionedSerializer<DeltaPart> {

  private static final long serialVersionUID = 1;

  static final VersionedType<DeltaPart> TYPE =
      VersionedType.of(DeltaPart.class, new DeltaPartSerializer());

  private final TypeSerializer<SampleBlock> blocks =
      BlockTypes.SAMPLES.createSerializer(new SerializerConfigImpl());

  DeltaPartSerializer() {
    super(1);
  }

  @Override
  protected void write(DeltaPart part, DataOutputView out) throws IOException {
    out.writeInt(part.bucket());
    blocks.serialize(part.block(), out);
  }

  @Override
  protected DeltaPart read(int version, DataInputView in) throws IOException {
    return new DeltaPart(in.readInt(), blocks.deserialize(in));
  }

  @Override
  public DeltaPart createInstance() {
    return new DeltaPart(0, SampleBlock.builder("", Origin.NONE).build());
  }

  @Override
  public TypeSerializerSnapshot<DeltaPart> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<DeltaPart> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new DeltaPartSerializer());
    }
  }
}
