package dev.guanlan.job.common.enrich;

import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.model.Labels;
import dev.guanlan.topology.Change;
import dev.guanlan.topology.Entity;
import dev.guanlan.topology.Relation;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes changes of the topology. */
final class ChangeSerializer extends VersionedSerializer<Change> {

  private static final int ENTITY = 0;
  private static final int RELATION = 1;

  ChangeSerializer() {
    super(1);
  }

  @Override
  protected void write(Change change, DataOutputView out) throws IOException {
    out.writeByte(change instanceof Entity ? ENTITY : RELATION);
    text(change.tenant(), out);
    text(change.type(), out);
    text(change.id(), out);
    if (change instanceof Entity entity) {
      text(entity.name(), out);
    } else if (change instanceof Relation relation) {
      text(relation.from(), out);
      text(relation.to(), out);
    }
    Labels attributes = change.attributes();
    out.writeInt(attributes.size());
    for (int i = 0; i < attributes.size(); i++) {
      text(attributes.name(i), out);
      text(attributes.value(i), out);
    }
    out.writeLong(change.version());
    out.writeBoolean(change.deleted());
  }

  @Override
  protected Change read(int version, DataInputView in) throws IOException {
    int kind = in.readByte();
    String tenant = text(in);
    String type = text(in);
    String id = text(in);
    if (kind == ENTITY) {
      String name = text(in);
      return new Entity(tenant, type, id, name, labels(in), in.readLong(), in.readBoolean());
    }
    String from = text(in);
    String to = text(in);
    return new Relation(tenant, type, id, from, to, labels(in), in.readLong(), in.readBoolean());
  }

  private static Labels labels(DataInputView in) throws IOException {
    String[] pairs = new String[2 * in.readInt()];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = text(in);
    }
    return Labels.of(pairs);
  }

  private static void text(String text, DataOutputView out) throws IOException {
    StringSerializer.INSTANCE.serialize(text, out);
  }

  private static String text(DataInputView in) throws IOException {
    return StringSerializer.INSTANCE.deserialize(in);
  }

  @Override
  public Change createInstance() {
    return new Entity("", "", "", "", Labels.EMPTY, 0, false);
  }

  @Override
  public TypeSerializerSnapshot<Change> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<Change> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new ChangeSerializer());
    }
  }
}
