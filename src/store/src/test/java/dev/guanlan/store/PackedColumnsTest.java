package dev.guanlan.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Packed columns")
final class PackedColumnsTest {

  private static final int[] WIDTHS = {16, 8, 1, 2, 4, 8};

  private final SplittableRandom random = new SplittableRandom(7);

  /** Returns the name and type of a column, of as many bytes as both lengths say. */
  private static byte[] header(int column) {
    return ("\u0001" + (char) ('a' + column) + "\u0005UInt8").getBytes(UTF_8);
  }

  /** Returns values of which some follow from each other, some repeat and some do neither. */
  private byte[] values(int width, int rows) {
    byte[] values = new byte[width * rows];
    long last = 0;
    for (int row = 0; row < rows; row++) {
      switch (random.nextInt(4)) {
        case 0 -> last = random.nextLong();
        case 1 -> last += random.nextLong(100_000);
        case 2 -> last = random.nextBoolean() ? Long.MAX_VALUE : Long.MIN_VALUE;
        default -> {
          // It comes again.
        }
      }
      ByteBuffer value = ByteBuffer.allocate(16).putLong(last).putLong(~last);
      System.arraycopy(value.array(), 16 - width > 8 ? 8 - width : 0, values, row * width, width);
    }
    return values;
  }

  private int[] order(int rows) {
    int[] order = new int[rows + random.nextInt(3)];
    Arrays.setAll(order, i -> i);
    for (int i = rows - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
    return order;
  }

  private static byte[] pack(byte[][] columns, int[] order, int from, int end) {
    PackedColumns packing = new PackedColumns();
    packing.start(WIDTHS.length, end - from, WIDTHS.length * header(0).length);
    for (int c = 0; c < WIDTHS.length; c++) {
      packing.column(header(c), columns[c], WIDTHS[c], order, from, end);
    }
    return packing.packed();
  }

  /** Lays out the rows as the Native format has them, value by value. */
  private static byte[] plain(byte[][] columns, int[] order, int from, int end) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.write(WIDTHS.length);
    int rest = end - from;
    while (rest >= 0x80) {
      block.write((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    block.write(rest);
    for (int c = 0; c < WIDTHS.length; c++) {
      block.writeBytes(header(c));
      for (int row = from; row < end; row++) {
        block.write(columns[c], order[row] * WIDTHS[c], WIDTHS[c]);
      }
    }
    return block.toByteArray();
  }

  private static List<byte[]> chunks(Iterator<ByteBuffer> body) {
    List<byte[]> chunks = new ArrayList<>();
    while (body.hasNext()) {
      ByteBuffer chunk = body.next();
      byte[] bytes = new byte[chunk.remaining()];
      chunk.get(bytes);
      chunks.add(bytes);
    }
    return chunks;
  }

  private static byte[] joined(List<byte[]> chunks) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    chunks.forEach(all::writeBytes);
    return all.toByteArray();
  }

  @Test
  @DisplayName("unpack as the rows that they were, in any order and any part")
  void roundTrip() {
    for (int attempt = 0; attempt < 300; attempt++) {
      int rows = 1 + random.nextInt(attempt % 30 == 0 ? 20_000 : 200);
      byte[][] columns = new byte[WIDTHS.length][];
      Arrays.setAll(columns, c -> values(WIDTHS[c], rows));
      int[] order = order(rows);
      int from = random.nextInt(rows);
      int end = from + 1 + random.nextInt(rows - from);
      byte[] packed = pack(columns, order, from, end);
      int first = random.nextInt(end - from);
      int last = first + 1 + random.nextInt(end - from - first);

      UnpackedColumns body = new UnpackedColumns(packed, WIDTHS, first, last);

      byte[] expected = plain(columns, order, from + first, from + last);
      assertThat(body.length()).isEqualTo(expected.length);
      assertThat(joined(chunks(body))).isEqualTo(expected);
      byte[] whole = plain(columns, order, from, end);
      assertThat(PackedColumns.ofNative(whole, WIDTHS)).isEqualTo(packed);
    }
  }

  @Test
  @DisplayName("come in chunks that are none of them empty or large")
  void chunked() {
    int rows = 50_000;
    byte[][] columns = new byte[WIDTHS.length][];
    Arrays.setAll(columns, c -> values(WIDTHS[c], rows));
    int[] order = order(rows);
    UnpackedColumns body = new UnpackedColumns(pack(columns, order, 0, rows), WIDTHS, 0, rows);

    List<byte[]> chunks = chunks(body);

    assertThat(chunks)
        .hasSizeGreaterThan(20)
        .allSatisfy(chunk -> assertThat(chunk.length).isBetween(1, (64 << 10) + 100));
    assertThatThrownBy(body::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  @DisplayName("of sorted rows take a fraction of their size")
  void small() {
    int rows = 10_000;
    ColumnBuffer buffer =
        new ColumnBuffer(
            List.of(
                new ColumnBuffer.Column("key", "UInt128", 16),
                new ColumnBuffer.Column("timestamp", "DateTime64(3, 'UTC')", 8),
                new ColumnBuffer.Column("scale", "Int8", 1)));
    for (int row = 0; row < rows; row++) {
      buffer.int128(0, row / 5, 1L << 60);
      buffer.int64(1, 1_700_000_000_000L + 15_000L * (row % 5));
      buffer.int8(2, 0);
      buffer.endRow();
    }

    assertThat(buffer.block(0, rows).held().length).isLessThan(7 * rows);
  }
}
