package dev.guanlan.job.alerting.state;

import dev.guanlan.job.common.BlockReader;
import dev.guanlan.job.common.BlockWriter;
import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import java.io.IOException;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes which windows of a group are filled. */
public final class FilledWindowsSerializer extends VersionedSerializer<FilledWindows> {

  private static final long serialVersionUID = 1;

  /** Makes the serializer. */
  public FilledWindowsSerializer() {
    super(1);
  }

  @Override
  protected void write(FilledWindows filled, DataOutputView out) throws IOException {
    BlockWriter writer = new BlockWriter(out);
    writer.text(filled.key());
    out.writeLong(filled.version());
    out.writeLong(filled.queryOffsetMillis());
    writer.count(filled.windows().size());
    for (long window : filled.windows()) {
      out.writeLong(window);
    }
  }

  @Override
  protected FilledWindows read(int version, DataInputView in) throws IOException {
    BlockReader reader = new BlockReader(in);
    String key = reader.text();
    long newest = in.readLong();
    long queryOffsetMillis = in.readLong();
    SortedSet<Long> windows = new TreeSet<>();
    for (int left = reader.count(); left > 0; left--) {
      windows.add(in.readLong());
    }
    return new FilledWindows(key, newest, queryOffsetMillis, windows);
  }

  @Override
  public FilledWindows createInstance() {
    return new FilledWindows("", 0, 0, new TreeSet<>());
  }

  @Override
  public TypeSerializerSnapshot<FilledWindows> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<FilledWindows> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new FilledWindowsSerializer());
    }
  }
}
