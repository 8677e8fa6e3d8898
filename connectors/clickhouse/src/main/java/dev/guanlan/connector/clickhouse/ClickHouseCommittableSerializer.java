package dev.guanlan.connector.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.guanlan.store.InsertBlock;
import dev.guanlan.store.Varint;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.apache.flink.core.io.SimpleVersionedSerializer;

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
  private static final byte OF_ROWS = 1;
  private static final byte OF_COLUMNS = 2;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(ClickHouseCommittable committable) {
    InsertBlock block = committable.block();
    byte[] statement = committable.statement().getBytes(UTF_8);
    byte[] token = committable.token().getBytes(UTF_8);
    // As large as it will be: a body is megabytes, and growing or trimming would copy it.
    ByteBuffer out =
        ByteBuffer.allocate(
            3 * Integer.BYTES
                + statement.length
                + token.length
                + shapeBytes(block)
                + block.held().length);
    writeBytes(statement, out);
    writeBytes(token, out);
    if (block instanceof InsertBlock.Rows rows) {
      out.put(OF_ROWS);
      out.putInt(rows.rows());
      int start = 0;
      for (int end : rows.ends()) {
        writeVarint(end - start, out);
        start = end;
      }
    } else if (block instanceof InsertBlock.Columns columns) {
      out.put(OF_COLUMNS);
      out.putInt(columns.rows());
      out.putInt(columns.widths().length);
      for (int width : columns.widths()) {
        writeVarint(width, out);
      }
    }
    writeBytes(block.held(), out);
    return out.array();
  }

  private static int shapeBytes(InsertBlock block) {
    if (block instanceof InsertBlock.Rows rows) {
      int bytes = 1 + Integer.BYTES;
      int start = 0;
      for (int end : rows.ends()) {
        bytes += Varint.bytes(end - start);
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
    ByteBuffer in = ByteBuffer.wrap(serialized);
    try {
      String statement = new String(readBytes(in), UTF_8);
      String token = new String(readBytes(in), UTF_8);
      return new ClickHouseCommittable(statement, token, readBlock(version, in));
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IOException(
          "The %d bytes of a block for ClickHouse end before what they announce; the checkpoint is damaged"
              .formatted(serialized.length),
          e);
    }
  }

  private static InsertBlock readBlock(int version, ByteBuffer in) throws IOException {
    int kind = in.get();
    switch (kind) {
      case OF_ROWS -> {
        int[] ends = new int[readLength(in)];
        int end = 0;
        for (int row = 0; row < ends.length; row++) {
          end += readVarint(in);
          ends[row] = end;
        }
        return new InsertBlock.Rows(readBytes(in), ends);
      }
      case OF_COLUMNS -> {
        int rows = in.getInt();
        int[] widths = new int[readLength(in)];
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

  private static void writeBytes(byte[] bytes, ByteBuffer out) {
    out.putInt(bytes.length);
    out.put(bytes);
  }

  private static byte[] readBytes(ByteBuffer in) {
    byte[] bytes = new byte[readLength(in)];
    in.get(bytes);
    return bytes;
  }

  /** Reads how many things follow that take a byte each at least. */
  private static int readLength(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    return length;
  }

  private static void writeVarint(int number, ByteBuffer out) {
    int end = Varint.write(number, out.array(), out.arrayOffset() + out.position());
    out.position(end - out.arrayOffset());
  }

  private static int readVarint(ByteBuffer in) {
    int number = Varint.read(in.array(), in.arrayOffset() + in.position());
    in.position(in.position() + Varint.bytes(number));
    return number;
  }
}
