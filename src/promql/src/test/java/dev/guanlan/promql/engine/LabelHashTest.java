package dev.guanlan.promql.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The hash of labels")
class LabelHashTest {

  /** From the test vectors of the xxHash projects. */
  @ParameterizedTest
  @CsvSource({
    "'', ef46db3751d8e999",
    "a, d24ec4f1a98c6e5b",
    "as, 1c330fb2d66be179",
    "asd, 631c37ce72a97393",
    "asdf, 415872f599cea71e",
    "Call me Ishmael. Some years ago--never mind how long precisely-, 02a2e85470d6fd96",
  })
  void isXxh64(String text, String expected) {
    long hash = LabelHash.xxh64(text.getBytes(StandardCharsets.UTF_8));
    assertThat(String.format("%016x", hash)).isEqualTo(expected);
  }

  @Test
  void isTakenOverNamesAndValuesBehindTheirLengths() {
    byte[] bytes = "\1a\3xyz\2bb\1y".getBytes(StandardCharsets.UTF_8);
    assertThat(LabelHash.of(Labels.of("a", "xyz", "bb", "y"))).isEqualTo(LabelHash.xxh64(bytes));
  }

  @Test
  void writesGreatLengthsInThreeBytesMore() {
    byte[] bytes = new byte[2 + 4 + 300];
    bytes[0] = 1;
    bytes[1] = 'a';
    bytes[2] = (byte) 255;
    bytes[3] = 300 - 256;
    bytes[4] = 1;
    Arrays.fill(bytes, 6, bytes.length, (byte) 'v');
    assertThat(LabelHash.of(Labels.of("a", "v".repeat(300)))).isEqualTo(LabelHash.xxh64(bytes));
  }

  @Test
  void spreadsSeriesEvenly() {
    int below = 0;
    for (int i = 0; i < 10_000; i++) {
      double place = LabelHash.place(Labels.of("__name__", "m", "i", "" + i));
      assertThat(place).isBetween(0.0, 1.0);
      below += place < 0.3 ? 1 : 0;
    }
    assertThat(below).isBetween(2_800, 3_200);
  }
}
