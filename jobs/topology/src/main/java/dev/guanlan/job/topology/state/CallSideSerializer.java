package dev.guanlan.job.topology.state;

import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.topology.CallSide;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes halves of calls. */
final class CallSideSerializer extends VersionedSerializer<CallSide> {

  CallSideSerializer() {
    super(1);
  }

  @Override
  protected void write(CallSide side, DataOutputView out) throws IOException {
    CallFields.write(side, out);
  }

  @Override
  protected CallSide read(int version, DataInputView in) throws IOException {
    return CallFields.readSide(in);
  }

  @Override
  public CallSide createInstance() {
    return new CallSide("", "", false, "", CallSide.Peer.NONE, 0, 0, false);
  }

  @Override
  public TypeSerializerSnapshot<CallSide> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<CallSide> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new CallSideSerializer());
    }
  }
}
