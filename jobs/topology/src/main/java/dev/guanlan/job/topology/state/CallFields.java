package dev.guanlan.job.topology.state;

import dev.guanlan.topology.Call;
import dev.guanlan.topology.CallSide;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes and reads the fields of calls in the first version of every format that has them. */
final class CallFields {

  private CallFields() {}

  static void write(CallSide side, DataOutputView out) throws IOException {
    text(side.tenant(), out);
    text(side.pair(), out);
    out.writeBoolean(side.caller());
    text(side.service(), out);
    write(side.peer(), out);
    out.writeLong(side.endMillis());
    out.writeDouble(side.durationMillis());
    out.writeBoolean(side.failed());
  }

  static CallSide readSide(DataInputView in) throws IOException {
    return new CallSide(
        text(in),
        text(in),
        in.readBoolean(),
        text(in),
        readPeer(in),
        in.readLong(),
        in.readDouble(),
        in.readBoolean());
  }

  static void write(Call call, DataOutputView out) throws IOException {
    text(call.tenant(), out);
    text(call.from(), out);
    write(call.to(), out);
    out.writeLong(call.endMillis());
    out.writeDouble(call.durationMillis());
    out.writeBoolean(call.failed());
  }

  static Call readCall(DataInputView in) throws IOException {
    return new Call(
        text(in), text(in), readPeer(in), in.readLong(), in.readDouble(), in.readBoolean());
  }

  private static void write(CallSide.Peer peer, DataOutputView out) throws IOException {
    text(peer.type(), out);
    text(peer.id(), out);
    text(peer.name(), out);
  }

  private static CallSide.Peer readPeer(DataInputView in) throws IOException {
    return new CallSide.Peer(text(in), text(in), text(in));
  }

  private static void text(String text, DataOutputView out) throws IOException {
    StringSerializer.INSTANCE.serialize(text, out);
  }

  private static String text(DataInputView in) throws IOException {
    return StringSerializer.INSTANCE.deserialize(in);
  }
}
