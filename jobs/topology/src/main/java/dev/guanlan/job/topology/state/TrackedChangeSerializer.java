package dev.guanlan.job.topology.state;

import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.job.common.enrich.TopologyTypes;
import dev.guanlan.topology.Change;
import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes what is known of entities and relations. */
final class TrackedChangeSerializer extends VersionedSerializer<TrackedChange> {

  /** Versioned itself, and without state. */
  private static final TypeSerializer<Change> CHANGES =
      TopologyTypes.CHANGES.createSerializer(new SerializerConfigImpl());

  TrackedChangeSerializer() {
    super(1);
  }

  @Override
  protected void write(TrackedChange tracked, DataOutputView out) throws IOException {
    CHANGES.serialize(tracked.newest(), out);
    out.writeLong(tracked.emittedVersion());
    out.writeBoolean(tracked.pending());
    out.writeLong(tracked.expiryTimer());
  }

  @Override
  protected TrackedChange read(int version, DataInputView in) throws IOException {
    return new TrackedChange(
        CHANGES.deserialize(in), in.readLong(), in.readBoolean(), in.readLong());
  }

  @Override
  public TrackedChange createInstance() {
    return new TrackedChange(CHANGES.createInstance(), 0, false, 0);
  }

  @Override
  public TypeSerializerSnapshot<TrackedChange> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<TrackedChange> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new TrackedChangeSerializer());
    }
  }
}
