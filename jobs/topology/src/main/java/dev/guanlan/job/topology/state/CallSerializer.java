package dev.guanlan.job.topology.state;

import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.topology.Call;
import dev.guanlan.topology.CallSide;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes calls. */
final class CallSerializer extends VersionedSerializer<Call> {

  CallSerializer() {
    super(1);
  }

  @Override
  protected void write(Call call, DataOutputView out) throws IOException {
    CallFields.write(call, out);
  }

  @Override
  protected Call read(int version, DataInputView in) throws IOException {
    return CallFields.readCall(in);
  }

  @Override
  public Call createInstance() {
    return new Call("", "", CallSide.Peer.NONE, 0, 0, false);
  }

  @Override
  public TypeSerializerSnapshot<Call> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<Call> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new CallSerializer());
    }
  }
}
