package dev.guanlan.codec.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {

  private static JsonReader open(String json) throws MalformedPayloadException {
    JsonReader reader =
        new JsonSource(DecoderLimits.DEFAULTS, 10).open(json.getBytes(StandardCharsets.UTF_8));
    reader.next();
    return reader;
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-1, -1",
    "9223372036854775807, 9223372036854775807",
    "-9223372036854775808, -9223372036854775808",
    "'\"1700000000000000001\"', 1700000000000000001",
    "1e3, 1000",
    "1.0, 1",
    "-0, 0",
    "0e999999999, 0",
  })
  void readsWholeNumbersHoweverTheyAreWritten(String json, long expected) throws Exception {
    try (JsonReader in = open(json)) {
      assertThat(in.int64("a number")).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775808",
        "1.5",
        "1e400",
        "1e-3",
        "\"\"",
        "\" 1\"",
        "\"0x1\"",
        "\"١\"",
        "true",
        "null",
        "[]",
        "{}",
        "\"1_000\""
      })
  void refusesWhatIsNoWholeNumber(String json) throws Exception {
    try (JsonReader in = open(json)) {
      assertThatThrownBy(() -> in.int64("a number"))
          .isInstanceOf(MalformedPayloadException.class)
          .hasMessageContaining("a number")
          .hasMessageContaining(" at byte 0; ");
    }
  }

  @Test
  void readsNumbersWithoutSignAsTheirBits() throws Exception {
    try (JsonReader in = open("\"18446744073709551615\"")) {
      assertThat(in.uint64("a number")).isEqualTo(-1);
    }
    try (JsonReader in = open("1.8446744073709551615e19")) {
      assertThat(in.uint64("a number")).isEqualTo(-1);
    }
    for (String wrong : new String[] {"-1", "18446744073709551616", "1e30", "0.5", "1e-9"}) {
      try (JsonReader in = open(wrong)) {
        assertThatThrownBy(() -> in.uint64("a number"))
            .as(wrong)
            .hasMessageContaining("without sign");
      }
    }
  }

  @Test
  void isNotBusyForLongWithShortNumbersThatAreHuge() {
    Assertions.assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          for (String huge : new String[] {"1e999999999", "1e-999999999", "\"1e999999999\""}) {
            try (JsonReader in = open(huge)) {
              assertThatThrownBy(() -> in.uint64("n")).hasMessageContaining("n of");
              assertThatThrownBy(() -> in.int64("n")).hasMessageContaining("n of");
            }
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    "1.5, 1.5",
    "'\"1.5\"', 1.5",
    "-0.0, -0.0",
    "'\"NaN\"', NaN",
    "'\"Infinity\"', Infinity",
    "'\"-Infinity\"', -Infinity",
    "4.9e-324, 4.9E-324",
    "12345678901234567890, 1.2345678901234567E19",
  })
  void readsNumbersOf64Bits(String json, double expected) throws Exception {
    try (JsonReader in = open(json)) {
      assertThat(in.float64("a number")).isEqualTo(Double.valueOf(expected));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e400", "\"1d\"", "\"nan\"", "\"0x1p3\"", "\"\"", "false"})
  void refusesWhatIsNoNumberOf64Bits(String json) throws Exception {
    try (JsonReader in = open(json)) {
      assertThatThrownBy(() -> in.float64("a number")).hasMessageContaining("a number");
    }
  }

  @Test
  void replacesHalfSurrogatePairsAndKeepsWholeOnes() throws Exception {
    try (JsonReader in = open("\"a\\ud800b\\ud83d\\ude00\\udc00\"")) {
      assertThat(in.text("a text")).isEqualTo("a\uFFFDb\uD83D\uDE00\uFFFD");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[1,", "\"abc", "nul", "{\"a\" 1}", "'a'", "[NaN]", "\"\u0001\""})
  void tellsWhatIsNotJson(String json) {
    assertThatThrownBy(
            () -> {
              try (JsonReader in = open(json)) {
                in.skip();
                in.end();
              }
            })
        .isInstanceOf(MalformedPayloadException.class)
        .hasMessageContaining("; check");
  }

  @Test
  void holdsDepthLengthAndNumbersWithinBounds() throws Exception {
    assertThatThrownBy(
            () -> {
              try (JsonReader in = open("[".repeat(100_000))) {
                in.skip();
              }
            })
        .isInstanceOf(MalformedPayloadException.class)
        .hasMessageContaining("depth");
    assertThatThrownBy(
            () -> {
              try (JsonReader in = open("1".repeat(10_000))) {
                in.int64("a number");
              }
            })
        .isInstanceOf(MalformedPayloadException.class);
    JsonSource small =
        new JsonSource(DecoderLimits.DEFAULTS.withMaxDecompressedBytes(10, "--limit"), 10);
    assertThatThrownBy(() -> small.open(new byte[11]))
        .isInstanceOf(PayloadTooLargeException.class)
        .hasMessageContaining("11 bytes where 10");
  }

  @Test
  void refusesWhatFollowsTheEnd() throws Exception {
    try (JsonReader in = open("1 2")) {
      assertThatThrownBy(in::end).hasMessageContaining("behind its end at byte 2");
    }
  }
}
