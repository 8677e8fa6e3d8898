package dev.guanlan.job.common;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Says which version a {@link VersionedSerializer} wrote. State of the same or an earlier version
 * is compatible as it is; that of a later one is not.
 *
 * <p>A subclass is public, has a public constructor without parameters, and never changes its name.
 *
 * @param <T> the serializer's type
 */
public abstract class VersionedSnapshot<T> implements TypeSerializerSnapshot<T> {

  private static final int LAYOUT = 1;

  private final VersionedSerializer<T> serializer;
  private int version;

  /** Makes the snapshot of a serializer that is as of today. */
  protected VersionedSnapshot(VersionedSerializer<T> serializer) {
    this.serializer = serializer;
    this.version = serializer.version();
  }

  @Override
  public final int getCurrentVersion() {
    return LAYOUT;
  }

  @Override
  public final void writeSnapshot(DataOutputView out) throws IOException {
    out.writeInt(version);
  }

  @Override
  public final void readSnapshot(int layout, DataInputView in, ClassLoader classLoader)
      throws IOException {
    if (layout != LAYOUT) {
      throw new IOException(
          "%s has the layout %d, not %d; restore with the release that wrote it, or a newer one"
              .formatted(getClass().getSimpleName(), LAYOUT, layout));
    }
    version = in.readInt();
  }

  @Override
  public final TypeSerializer<T> restoreSerializer() {
    return serializer;
  }

  @Override
  public final TypeSerializerSchemaCompatibility<T> resolveSchemaCompatibility(
      TypeSerializerSnapshot<T> old) {
    return old.getClass() == getClass() && ((VersionedSnapshot<T>) old).version <= version
        ? TypeSerializerSchemaCompatibility.compatibleAsIs()
        : TypeSerializerSchemaCompatibility.incompatible();
  }
}
