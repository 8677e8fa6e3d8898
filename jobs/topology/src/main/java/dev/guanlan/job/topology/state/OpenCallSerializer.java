package dev.guanlan.job.topology.state;

import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.topology.CallSide;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes calls whose halves may still come. */
final class OpenCallSerializer extends VersionedSerializer<OpenCall> {

  OpenCallSerializer() {
    super(1);
  }

  @Override
  protected void write(OpenCall call, DataOutputView out) throws IOException {
    CallSide caller = call.caller();
    out.writeBoolean(caller != null);
    if (caller != null) {
      CallFields.write(caller, out);
    }
    out.writeInt(call.called().size());
    for (CallSide side : call.called()) {
      CallFields.write(side, out);
    }
    out.writeBoolean(call.answered());
  }

  @Override
  protected OpenCall read(int version, DataInputView in) throws IOException {
    CallSide caller = in.readBoolean() ? CallFields.readSide(in) : null;
    int count = in.readInt();
    List<CallSide> called = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      called.add(CallFields.readSide(in));
    }
    return new OpenCall(caller, called, in.readBoolean());
  }

  @Override
  public OpenCall createInstance() {
    return new OpenCall(null, List.of(), false);
  }

  @Override
  public TypeSerializerSnapshot<OpenCall> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<OpenCall> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new OpenCallSerializer());
    }
  }
}
