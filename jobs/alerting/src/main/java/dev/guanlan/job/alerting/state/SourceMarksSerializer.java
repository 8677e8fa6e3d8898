package dev.guanlan.job.alerting.state;

import dev.guanlan.job.common.BlockReader;
import dev.guanlan.job.common.BlockWriter;
import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes which tasks send samples. */
public final class SourceMarksSerializer extends VersionedSerializer<SourceMarks> {

  private static final long serialVersionUID = 1;

  /** Makes the serializer. */
  public SourceMarksSerializer() {
    super(1);
  }

  @Override
  protected void write(SourceMarks marks, DataOutputView out) throws IOException {
    BlockWriter writer = new BlockWriter(out);
    writer.count(marks.sources());
    writer.count(marks.marked().length);
    writer.longs(marks.marked(), marks.marked().length);
    out.writeLong(marks.newestMillis());
    out.writeBoolean(marks.filled());
  }

  @Override
  protected SourceMarks read(int version, DataInputView in) throws IOException {
    BlockReader reader = new BlockReader(in);
    return new SourceMarks(
        reader.count(), reader.longs(reader.count()), in.readLong(), in.readBoolean());
  }

  @Override
  public SourceMarks createInstance() {
    return SourceMarks.NONE;
  }

  @Override
  public TypeSerializerSnapshot<SourceMarks> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<SourceMarks> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new SourceMarksSerializer());
    }
  }
}
