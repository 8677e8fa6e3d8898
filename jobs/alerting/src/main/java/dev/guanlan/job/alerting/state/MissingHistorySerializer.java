package dev.guanlan.job.alerting.state;

import dev.guanlan.job.common.BlockReader;
import dev.guanlan.job.common.BlockWriter;
import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes what a group lacks of the past. */
public final class MissingHistorySerializer extends VersionedSerializer<MissingHistory> {

  private static final long serialVersionUID = 1;

  /** Makes the serializer. */
  public MissingHistorySerializer() {
    super(1);
  }

  @Override
  protected void write(MissingHistory missing, DataOutputView out) throws IOException {
    out.writeLong(missing.sinceMillis());
    new BlockWriter(out).text(missing.why());
  }

  @Override
  protected MissingHistory read(int version, DataInputView in) throws IOException {
    return new MissingHistory(in.readLong(), new BlockReader(in).text());
  }

  @Override
  public MissingHistory createInstance() {
    return new MissingHistory(0, "");
  }

  @Override
  public TypeSerializerSnapshot<MissingHistory> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<MissingHistory> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new MissingHistorySerializer());
    }
  }
}
