package dev.guanlan.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A row buffer")
final class RowBufferTest {

  private final RowBuffer rows = new RowBuffer(0);

  @Test
  @DisplayName("writes numbers little-endian")
  void numbers() {
    rows.int8(0xFE);
    rows.int32(0x01020304);
    rows.int64(0x1122334455667788L);
    rows.date(0x4321);
    assertThat(hex()).isEqualTo("fe" + "04030201" + "8877665544332211" + "2143");
  }

  @Test
  @DisplayName("keeps the payload of a NaN")
  void staleness() {
    rows.float64(Double.longBitsToDouble(0x7ff0000000000002L));
    assertThat(hex()).isEqualTo("020000000000f07f");
  }

  @Test
  @DisplayName("writes an identity so that ClickHouse prints its hexadecimal digits")
  void identity() {
    rows.seriesId(new SeriesId(0x0011223344556677L, 0x8899aabbccddeeffL));
    assertThat(hex()).isEqualTo("ffeeddccbbaa99887766554433221100");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "node_cpu_seconds_total",
        "观澜",
        "naïve café",
        "a thumb 👍 and a 🌊",
        "forty-two three-byte characters: 波波波波波波波波波波",
        "波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波",
        "波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波波"
      })
  @DisplayName("writes text as length and UTF-8")
  void text(String text) {
    rows.string(text);
    assertThat(readString(0)).isEqualTo(text);
    int encoded = text.getBytes(UTF_8).length;
    assertThat(rows.length()).isEqualTo(encoded + (encoded < 128 ? 1 : 2));
  }

  @Test
  @DisplayName("writes long text with a length of several bytes")
  void longText() {
    String text = "波a".repeat(100_000);
    rows.string(text);
    byte[] expected = text.getBytes(UTF_8);
    assertThat(HexFormat.of().formatHex(rows.bytes(), 0, 3)).isEqualTo("80b518");
    assertThat(Arrays.copyOfRange(rows.bytes(), 3, rows.length())).isEqualTo(expected);
  }

  @Test
  @DisplayName("writes half a surrogate pair as the JDK does")
  void brokenText() {
    String text = "a\uD83Db\uDC4D";
    rows.string(text);
    assertThat(readString(0)).isEqualTo(new String(text.getBytes(UTF_8), UTF_8));
    rows.clear();
    String longer = text.repeat(20);
    rows.string(longer);
    assertThat(readString(0)).isEqualTo(new String(longer.getBytes(UTF_8), UTF_8));
  }

  @Test
  @DisplayName("writes labels as a map")
  void map() {
    rows.map(Labels.of("job", "a", "b", "c"));
    assertThat(hex()).isEqualTo("02" + "0162" + "0163" + "036a6f62" + "0161");
  }

  @Test
  @DisplayName("writes labels without one of them")
  void mapWithout() {
    rows.mapWithout("b", Labels.of("job", "a", "b", "c"));
    rows.mapWithout("x", Labels.of("b", "c"));
    assertThat(hex()).isEqualTo("01" + "036a6f62" + "0161" + "01" + "0162" + "0163");
  }

  @Test
  @DisplayName("knows where each row begins")
  void rows() {
    for (int row = 0; row < 5_000; row++) {
      rows.int32(row);
      rows.endRow();
    }
    assertThat(rows.rows()).isEqualTo(5_000);
    assertThat(rows.rowStart(0)).isZero();
    assertThat(rows.rowStart(4_999)).isEqualTo(4 * 4_999);
    assertThat(rows.rowStart(5_000)).isEqualTo(rows.length());
  }

  @Test
  @DisplayName("forgets an open row, and everything, on demand")
  void forgets() {
    rows.int8(1);
    rows.endRow();
    rows.int64(2);
    rows.dropOpenRow();
    assertThat(hex()).isEqualTo("01");
    rows.clear();
    assertThat(rows.length()).isZero();
    assertThat(rows.rows()).isZero();
    rows.int8(3);
    rows.endRow();
    assertThat(rows.rowStart(1)).isEqualTo(1);
  }

  private String hex() {
    return HexFormat.of().formatHex(rows.bytes(), 0, rows.length());
  }

  private String readString(int at) {
    int length = 0;
    int next = at;
    for (int shift = 0; ; shift += 7) {
      int read = rows.bytes()[next++];
      length |= (read & 0x7F) << shift;
      if (read >= 0) {
        return new String(rows.bytes(), next, length, UTF_8);
      }
    }
  }
}
