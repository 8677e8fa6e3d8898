package dev.guanlan.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.store.ColumnBuffer.Column;
import java.io.ByteArrayOutputStream;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A column buffer")
final class ColumnBufferTest {

  private static final Column KEY = new Column("k", "UInt16", 2);
  private static final Column TIME = new Column("t", "Int64", 8);

  @Test
  @DisplayName("writes counts, then for each column its name, its type and its values")
  void block() {
    ColumnBuffer buffer = new ColumnBuffer(List.of(KEY, TIME));
    for (int row = 1; row <= 2; row++) {
      buffer.int16(0, row);
      buffer.int64(1, -row);
      buffer.endRow();
    }
    assertThat(hex(buffer.payload(0, 2)))
        .isEqualTo(
            "0202"
                + text("k")
                + text("UInt16")
                + "01000200"
                + text("t")
                + text("Int64")
                + "ffffffffffffffff"
                + "feffffffffffffff");
    assertThat(buffer.format()).isEqualTo("Native");
  }

  @Test
  @DisplayName("writes values of every width little-endian, and keeps the payload of a NaN")
  void widths() {
    ColumnBuffer buffer =
        new ColumnBuffer(
            List.of(
                new Column("a", "A", 1),
                new Column("b", "B", 2),
                new Column("c", "C", 4),
                new Column("d", "D", 8),
                new Column("e", "E", 16)));
    buffer.int8(0, 0xFE);
    buffer.int16(1, 0x0102);
    buffer.int32(2, 0x01020304);
    buffer.float64(3, Double.longBitsToDouble(0x7ff0000000000002L));
    buffer.int128(4, 0x0011223344556677L, 0x8899aabbccddeeffL);
    buffer.endRow();
    assertThat(hex(buffer.payload(0, 1)))
        .isEqualTo(
            "0501"
                + (text("a") + text("A") + "fe")
                + (text("b") + text("B") + "0201")
                + (text("c") + text("C") + "04030201")
                + (text("d") + text("D") + "020000000000f07f")
                + (text("e") + text("E") + "ffeeddccbbaa99887766554433221100"));
  }

  @Test
  @DisplayName("writes counts and names whose length takes two bytes")
  void longCounts() {
    String name = "n".repeat(200);
    ColumnBuffer buffer = new ColumnBuffer(List.of(new Column(name, "UInt8", 1)));
    for (int row = 0; row < 300; row++) {
      buffer.int8(0, row);
      buffer.endRow();
    }
    byte[] block = buffer.payload(0, 300);
    assertThat(hex(block)).startsWith("01" + "ac02" + "c801" + "6e6e");
    assertThat(block).hasSize(1 + 2 + 2 + 200 + 1 + 5 + 300);
  }

  @Property(tries = 200)
  void everySliceIsTheBlockOfItsRowsAlone(
      @ForAll @Size(min = 1, max = 3000) long[] times,
      @ForAll @IntRange(max = 2999) int one,
      @ForAll @IntRange(max = 2999) int other) {
    ColumnBuffer all = new ColumnBuffer(List.of(KEY, TIME));
    all.int16(0, 7);
    all.int64(1, 7);
    all.endRow();
    all.clear();
    write(all, times, 0, times.length);
    int from = Math.min(one, other) % times.length;
    int end = from + 1 + Math.max(one, other) % (times.length - from);
    ColumnBuffer alone = new ColumnBuffer(List.of(KEY, TIME));
    write(alone, times, from, end);
    assertThat(all.payload(from, end)).isEqualTo(alone.payload(0, end - from));
    assertThat(all.rows()).isEqualTo(times.length);
    assertThat(all.length()).isEqualTo(10 * times.length);
  }

  @Property(tries = 200)
  void rowsComeByTheRanksOfTheirGroupsAndElseAsWritten(
      @ForAll @Size(min = 1, max = 3000) List<@IntRange(max = 40) Integer> groups,
      @ForAll @Size(41) List<@IntRange(max = 5_000_000) Integer> ranks,
      @ForAll @IntRange(max = 2999) int takenEarly) {
    int[] rank = ranks.stream().mapToInt(Integer::intValue).toArray();
    ColumnBuffer sorted = new ColumnBuffer(List.of(KEY, TIME));
    sorted.sortBy(() -> rank);
    ColumnBuffer expected = new ColumnBuffer(List.of(KEY, TIME));
    int early = takenEarly % groups.size();
    for (int row = 0; row < groups.size(); row++) {
      if (row == early && row > 0) {
        assertThat(sorted.payload(0, row)).isNotEmpty();
      }
      sorted.int16(0, row);
      sorted.int64(1, rank[groups.get(row)]);
      sorted.endRow(groups.get(row));
    }
    IntStream.range(0, groups.size())
        .boxed()
        .sorted(Comparator.comparingInt(row -> rank[groups.get(row)]))
        .forEach(
            row -> {
              expected.int16(0, row);
              expected.int64(1, rank[groups.get(row)]);
              expected.endRow();
            });
    assertThat(sorted.payload(0, sorted.rows())).isEqualTo(expected.payload(0, expected.rows()));
  }

  @Test
  @DisplayName("puts groups that have no rank last, and can be filled again")
  void unranked() {
    ColumnBuffer buffer = new ColumnBuffer(List.of(KEY));
    buffer.sortBy(() -> new int[] {1, 0});
    for (int round = 0; round < 2; round++) {
      for (int group : new int[] {2, 0, 1, 3, 1}) {
        buffer.int16(0, group);
        buffer.endRow(group);
      }
      assertThat(hex(buffer.payload(0, 5))).endsWith("0100" + "0100" + "0000" + "0200" + "0300");
      buffer.clear();
    }
  }

  @Test
  @DisplayName("refuses to end a row of which a column is missing")
  void missing() {
    ColumnBuffer buffer = new ColumnBuffer(List.of(KEY, TIME));
    buffer.int16(0, 1);
    assertThat(buffer.hasOpenRow()).isTrue();
    assertThatThrownBy(buffer::endRow)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("lacks its column 1");
    buffer.dropOpenRow();
    assertThat(buffer.hasOpenRow()).isFalse();
    assertThat(buffer.length()).isZero();
  }

  @Test
  @DisplayName("refuses rows that are not there")
  void outside() {
    ColumnBuffer buffer = new ColumnBuffer(List.of(KEY));
    buffer.int16(0, 1);
    buffer.endRow();
    assertThatThrownBy(() -> buffer.payload(0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  @DisplayName("refuses widths that no number has")
  void width() {
    assertThatThrownBy(() -> new Column("x", "FixedString(3)", 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1, 2, 4, 8 and 16");
  }

  private static void write(ColumnBuffer buffer, long[] times, int from, int end) {
    for (int row = from; row < end; row++) {
      buffer.int16(0, row);
      buffer.int64(1, times[row]);
      buffer.endRow();
    }
  }

  private static String text(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(text.length());
    bytes.writeBytes(text.getBytes(UTF_8));
    return hex(bytes.toByteArray());
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
