package dev.guanlan.job.alerting.state;

import dev.guanlan.job.common.BlockReader;
import dev.guanlan.job.common.BlockWriter;
import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.model.Labels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes how far a group has come. */
public final class GroupProgressSerializer extends VersionedSerializer<GroupProgress> {

  private static final long serialVersionUID = 1;

  /** Makes the serializer. */
  public GroupProgressSerializer() {
    super(1);
  }

  @Override
  protected void write(GroupProgress progress, DataOutputView out) throws IOException {
    out.writeLong(progress.nextTickMillis());
    out.writeLong(progress.lastTickMillis());
    out.writeLong(progress.heldUntilMillis());
    BlockWriter writer = new BlockWriter(out);
    writer.count(progress.stale().size());
    for (Labels series : progress.stale()) {
      writer.labels(series);
    }
  }

  @Override
  protected GroupProgress read(int version, DataInputView in) throws IOException {
    long nextTick = in.readLong();
    long lastTick = in.readLong();
    long heldUntil = in.readLong();
    BlockReader reader = new BlockReader(in);
    int count = reader.count();
    List<Labels> stale = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      stale.add(reader.labels());
    }
    return new GroupProgress(nextTick, lastTick, heldUntil, stale);
  }

  @Override
  public GroupProgress createInstance() {
    return GroupProgress.BEGINNING;
  }

  @Override
  public TypeSerializerSnapshot<GroupProgress> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<GroupProgress> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new GroupProgressSerializer());
    }
  }
}
