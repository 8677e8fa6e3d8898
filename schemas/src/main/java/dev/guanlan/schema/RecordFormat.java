package dev.guanlan.schema;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Writes records of one type in Avro's single-object encoding and reads them again, also those that
 * were written under any earlier version of their schema. Safe for many threads.
 *
 * @param <T> the generated type of record
 */
public final class RecordFormat<T extends SpecificRecordBase> {

  private final Class<T> type;
  private final BinaryMessageEncoder<T> encoder;
  private final BinaryMessageDecoder<T> decoder;

  private RecordFormat(Class<T> type, Iterable<Schema> history) {
    SpecificData model = SpecificData.getForClass(type);
    Schema schema = model.getSchema(type);
    SchemaStore.Cache writers = new SchemaStore.Cache();
    history.forEach(writers::addSchema);
    this.type = type;
    this.encoder = new BinaryMessageEncoder<>(model, schema);
    this.decoder = new BinaryMessageDecoder<>(model, schema, writers);
  }

  /** Makes the format of a generated type. */
  public static <T extends SpecificRecordBase> RecordFormat<T> of(Class<T> type) {
    return new RecordFormat<>(type, SchemaHistory.of(type.getSimpleName()));
  }

  /** Returns the bytes of a record under the schema's newest version. */
  public byte[] encode(T record) {
    try {
      ByteBuffer bytes = encoder.encode(record);
      byte[] exact = new byte[bytes.remaining()];
      bytes.get(exact);
      return exact;
    } catch (IOException e) {
      throw new UncheckedIOException("a " + type.getSimpleName() + " cannot be written", e);
    }
  }

  /**
   * Reads a record.
   *
   * @throws IOException if the bytes are not a whole record of this type in a known version
   */
  public T decode(byte[] bytes) throws IOException {
    ByteBuffer input = ByteBuffer.wrap(bytes);
    try {
      return decoder.decode(input, null);
    } catch (AvroRuntimeException | IndexOutOfBoundsException | NegativeArraySizeException e) {
      throw new IOException(
          "%d bytes are no %s in single-object encoding of a known version; check what wrote them"
              .formatted(bytes.length, type.getSimpleName()),
          e);
    }
  }
}
