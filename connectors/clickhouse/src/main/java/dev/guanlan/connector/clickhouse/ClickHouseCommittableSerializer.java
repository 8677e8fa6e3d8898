package dev.guanlan.connector.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.guanlan.store.InsertBlock;
import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Writes committables into checkpoints. The layout of version 2 is: statement and token, each as
 * length and UTF-8; the kind of the block; for rows, their number and how many bytes each has, for
 * columns the number of rows, the number of columns and how wide each is; length and bytes of the
 * block as it is held. Lengths of rows and widths are base-128 varints, all other numbers four
 * bytes. Version 1 had columns as their insert's body.
 */
final class ClickHouseCommittableSerializer
    implements SimpleVersionedSerializer<ClickHouseCommittable> {

  private static final int VERSION = 2;
  private static final int OF_ROWS = 1;
  private static final int OF_COLUMNS = 2;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(ClickHouseCommittable committable) throws IOException {
    InsertBlock block = committable.block();
    byte[] statement = committable.statement().getBytes(UTF_8);
    byte[] token = committable.token().getBytes(UTF_8);
    // As large as it will be: a body is megabytes, and growing or trimming would copy it.
    DataOutputSerializer out =
        new DataOutputSerializer(
            3 * Integer.BYTES
                + statement.length
                + token.length
                + shapeBytes(block)
                + block.held().length);
    writeBytes(statement, out);
    writeBytes(token, out);
    if (block instanceof InsertBlock.Rows rows) {
      out.writeByte(OF_ROWS);
      out.writeInt(rows.rows());
      int start = 0;
      for (int end : rows.ends()) {
        writeVarint(end - start, out);
        start = end;
      }
    } else if (block instanceof InsertBlock.Columns columns) {
      out.writeByte(OF_COLUMNS);
      out.writeInt(columns.rows());
      out.writeInt(columns.widths().length);
      for (int width : columns.widths()) {
        writeVarint(width, out);
      }
    }
    writeBytes(block.held(), out);
    return out.getSharedBuffer();
  }

  private static int shapeBytes(InsertBlock block) {
    if (block instanceof InsertBlock.Rows rows) {
      int bytes = 1 + Integer.BYTES;
      int start = 0;
      for (int end : rows.ends()) {
        bytes += varintBytes(end - start);
        start = end;
      }
      return bytes;
    }
    // No width takes more than one byte.
    return 1 + 2 * Integer.BYTES + ((InsertBlock.Columns) block).widths().length;
  }

  @Override
  public ClickHouseCommittable deserialize(int version, byte[] serialized) throws IOException {
    if (version < 1 || version > VERSION) {
      throw new IOException(
          "Blocks for ClickHouse are in the format version %d, and this release reads versions 1 to %d; restore with the release that wrote them, or a newer one"
              .formatted(version, VERSION));
    }
    DataInputDeserializer in = new DataInputDeserializer(serialized);
    String statement = new String(readBytes(in), UTF_8);
    String token = new String(readBytes(in), UTF_8);
    return new ClickHouseCommittable(statement, token, readBlock(version, in));
  }

  private static InsertBlock readBlock(int version, DataInputDeserializer in) throws IOException {
    int kind = in.readUnsignedByte();
    int rows = in.readInt();
    switch (kind) {
      case OF_ROWS -> {
        int[] ends = new int[rows];
        int end = 0;
        for (int row = 0; row < rows; row++) {
          end += readVarint(in);
          ends[row] = end;
        }
        return new InsertBlock.Rows(readBytes(in), ends);
      }
      case OF_COLUMNS -> {
        int[] widths = new int[in.readInt()];
        for (int column = 0; column < widths.length; column++) {
          widths[column] = readVarint(in);
        }
        byte[] bytes = readBytes(in);
        return version == 1
            ? InsertBlock.Columns.ofNative(bytes, rows, widths)
            : new InsertBlock.Columns(bytes, rows, widths);
      }
      default ->
          throw new IOException(
              "A block for ClickHouse is of kind %d, which format version %d does not have; the checkpoint is damaged"
                  .formatted(kind, VERSION));
    }
  }

  private static void writeBytes(byte[] bytes, DataOutputSerializer out) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] readBytes(DataInputDeserializer in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }

  private static void writeVarint(int value, DataOutputSerializer out) throws IOException {
    int rest = value;
    while (rest >= 0x80) {
      out.writeByte(rest | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }

  private static int varintBytes(int value) {
    return (38 - Integer.numberOfLeadingZeros(value | 1)) / 7;
  }

  private static int readVarint(DataInputDeserializer in) throws IOException {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.readByte();
      value |= (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }
}
