package dev.guanlan.job.common;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Serializes an immutable type in a format whose version stands in front of every element, so that
 * what any earlier version wrote is read as it is.
 *
 * <p>A subclass has no state of its own, or makes a new one in {@link #duplicate()}. Its snapshot
 * is a {@link VersionedSnapshot} of its own class.
 *
 * @param <T> the type; never changed once made
 */
public abstract class VersionedSerializer<T> extends TypeSerializer<T> {

  private final int version;

  /**
   * Makes the serializer.
   *
   * @param version the version that is written, from 1 to 255
   */
  protected VersionedSerializer(int version) {
    if (version < 1 || version > 255) {
      throw new IllegalArgumentException("a format's version is 1 to 255, not " + version);
    }
    this.version = version;
  }

  /** Writes a value in the newest version. */
  protected abstract void write(T value, DataOutputView out) throws IOException;

  /**
   * Reads a value.
   *
   * @param version the version it was written in, from 1 to this serializer's own
   */
  protected abstract T read(int version, DataInputView in) throws IOException;

  /** Returns the version that is written; those before it are read. */
  public final int version() {
    return version;
  }

  @Override
  public final void serialize(T value, DataOutputView out) throws IOException {
    out.writeByte(version);
    write(value, out);
  }

  @Override
  public final T deserialize(DataInputView in) throws IOException {
    int written = in.readUnsignedByte();
    if (written < 1 || written > version) {
      throw new IOException(
          "%s reads the versions 1 to %d, not %d; restore with the release that wrote this state, or a newer one"
              .formatted(getClass().getSimpleName(), version, written));
    }
    return read(written, in);
  }

  @Override
  public final T deserialize(T reuse, DataInputView in) throws IOException {
    return deserialize(in);
  }

  @Override
  public final void copy(DataInputView in, DataOutputView out) throws IOException {
    serialize(deserialize(in), out);
  }

  @Override
  public final boolean isImmutableType() {
    return true;
  }

  @Override
  public final T copy(T from) {
    return from;
  }

  @Override
  public final T copy(T from, T reuse) {
    return from;
  }

  @Override
  public final int getLength() {
    return -1;
  }

  @Override
  public TypeSerializer<T> duplicate() {
    return this;
  }

  @Override
  @SuppressWarnings("EqualsGetClass") // Two serializers are the same if their class is.
  public boolean equals(Object other) {
    return other != null && other.getClass() == getClass();
  }

  @Override
  public int hashCode() {
    return getClass().hashCode();
  }
}
