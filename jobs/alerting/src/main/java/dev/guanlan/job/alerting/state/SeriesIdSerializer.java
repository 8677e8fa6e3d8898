package dev.guanlan.job.alerting.state;

import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.model.SeriesId;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes a series' identity. It is a key of state, so its format never changes. */
public final class SeriesIdSerializer extends VersionedSerializer<SeriesId> {

  private static final long serialVersionUID = 1;

  /** Makes the serializer. */
  public SeriesIdSerializer() {
    super(1);
  }

  @Override
  protected void write(SeriesId id, DataOutputView out) throws IOException {
    out.writeLong(id.high());
    out.writeLong(id.low());
  }

  @Override
  protected SeriesId read(int version, DataInputView in) throws IOException {
    return new SeriesId(in.readLong(), in.readLong());
  }

  @Override
  public SeriesId createInstance() {
    return new SeriesId(0, 0);
  }

  @Override
  public TypeSerializerSnapshot<SeriesId> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<SeriesId> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new SeriesIdSerializer());
    }
  }
}
