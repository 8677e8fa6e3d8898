package dev.guanlan.job.common;

import dev.guanlan.schema.RecordFormat;
import java.io.IOException;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.util.InstantiationUtil;
import org.jspecify.annotations.Nullable;

/**
 * Serializes a generated record in Avro's single-object encoding, its length in front. Records are
 * not changed once made.
 *
 * @param <T> the generated type
 */
public final class SchemaRecordSerializer<T extends SpecificRecordBase> extends TypeSerializer<T> {

  private final Class<T> type;
  private transient @Nullable RecordFormat<T> format;

  SchemaRecordSerializer(Class<T> type) {
    this.type = type;
  }

  private RecordFormat<T> format() {
    RecordFormat<T> known = format;
    if (known == null) {
      known = RecordFormat.of(type);
      format = known;
    }
    return known;
  }

  @Override
  public void serialize(T record, DataOutputView out) throws IOException {
    byte[] bytes = format().encode(record);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  @Override
  public T deserialize(DataInputView in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return format().decode(bytes);
  }

  @Override
  public T deserialize(T reuse, DataInputView in) throws IOException {
    return deserialize(in);
  }

  @Override
  public void copy(DataInputView in, DataOutputView out) throws IOException {
    int length = in.readInt();
    out.writeInt(length);
    out.write(in, length);
  }

  @Override
  public T createInstance() {
    return type.cast(SpecificData.newInstance(type, SpecificData.get().getSchema(type)));
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public T copy(T from) {
    return from;
  }

  @Override
  public T copy(T from, T reuse) {
    return from;
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public TypeSerializer<T> duplicate() {
    return this;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SchemaRecordSerializer<?> that && type == that.type;
  }

  @Override
  public int hashCode() {
    return type.hashCode();
  }

  @Override
  public TypeSerializerSnapshot<T> snapshotConfiguration() {
    return new Snapshot<>(type);
  }

  /**
   * Says which record a serializer wrote; the record's versions stand with the elements themselves.
   *
   * @param <T> the generated type
   */
  public static final class Snapshot<T extends SpecificRecordBase>
      implements TypeSerializerSnapshot<T> {

    private @Nullable Class<T> type;

    /** Makes a snapshot that is still to be read. */
    public Snapshot() {}

    private Snapshot(Class<T> type) {
      this.type = type;
    }

    private Class<T> type() {
      if (type == null) {
        throw new IllegalStateException("the snapshot was not read yet");
      }
      return type;
    }

    @Override
    public int getCurrentVersion() {
      return 1;
    }

    @Override
    public void writeSnapshot(DataOutputView out) throws IOException {
      out.writeUTF(type().getName());
    }

    @Override
    public void readSnapshot(int version, DataInputView in, ClassLoader classLoader)
        throws IOException {
      type = InstantiationUtil.resolveClassByName(in, classLoader);
    }

    @Override
    public TypeSerializer<T> restoreSerializer() {
      return new SchemaRecordSerializer<>(type());
    }

    @Override
    public TypeSerializerSchemaCompatibility<T> resolveSchemaCompatibility(
        TypeSerializerSnapshot<T> old) {
      return old instanceof Snapshot<T> that && that.type() == type()
          ? TypeSerializerSchemaCompatibility.compatibleAsIs()
          : TypeSerializerSchemaCompatibility.incompatible();
    }
  }
}
