package dev.guanlan.job.topology.state;

import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.topology.Call;
import dev.guanlan.topology.CallSide;
import dev.guanlan.topology.CallStatistics;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes open windows of calls. */
final class OpenWindowsSerializer extends VersionedSerializer<OpenWindows> {

  OpenWindowsSerializer() {
    super(1);
  }

  @Override
  protected void write(OpenWindows open, DataOutputView out) throws IOException {
    CallFields.write(open.latest(), out);
    out.writeInt(open.windows().size());
    for (Map.Entry<Long, CallStatistics> window : open.windows().entrySet()) {
      out.writeLong(window.getKey());
      out.writeLong(window.getValue().count());
      out.writeLong(window.getValue().errors());
      out.writeDouble(window.getValue().durationSumMillis());
      out.writeDouble(window.getValue().durationMaxMillis());
    }
  }

  @Override
  protected OpenWindows read(int version, DataInputView in) throws IOException {
    Call latest = CallFields.readCall(in);
    int count = in.readInt();
    TreeMap<Long, CallStatistics> windows = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      windows.put(
          in.readLong(),
          new CallStatistics(in.readLong(), in.readLong(), in.readDouble(), in.readDouble()));
    }
    return new OpenWindows(latest, windows);
  }

  @Override
  public OpenWindows createInstance() {
    return new OpenWindows(
        new Call("", "", CallSide.Peer.NONE, 0, 0, false), Collections.emptySortedMap());
  }

  @Override
  public TypeSerializerSnapshot<OpenWindows> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<OpenWindows> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new OpenWindowsSerializer());
    }
  }
}
