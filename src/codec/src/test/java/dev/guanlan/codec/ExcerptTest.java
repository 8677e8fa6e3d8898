package dev.guanlan.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ExcerptTest {

  @Test
  void keepsPrintableTextAsItIs() {
    assertThat(Excerpt.of("观澜 up{}")).isEqualTo("\"观澜 up{}\"");
  }

  @Test
  void escapesWhatMovesACursorOrEndsAQuote() {
    assertThat(Excerpt.of("a\"b\\\n\u001b[31m\u202e"))
        .isEqualTo("\"a\\\"b\\\\\\u000a\\u001b[31m\\u202e\"");
  }

  @Test
  void cutsLongTextAndSaysHowLongItWas() {
    assertThat(Excerpt.of("x".repeat(1000)))
        .isEqualTo("\"" + "x".repeat(80) + "\"… (1000 characters)");
  }

  @Test
  void escapesBytesThatAreNotAscii() {
    byte[] bytes = {'a', (byte) 0xFF, 0, 'b'};
    assertThat(Excerpt.of(bytes, 0, 4)).isEqualTo("\"a\\xff\\u0000b\"");
    byte[] many = "y".repeat(100).getBytes(StandardCharsets.US_ASCII);
    assertThat(Excerpt.of(many, 10, 90)).isEqualTo("\"" + "y".repeat(80) + "\"… (90 bytes)");
  }
}
