package dev.guanlan.local.command.letters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A dump of bytes")
class HexDumpTest {

  @Test
  @DisplayName("shows sixteen a line, in hexadecimal and as ASCII, and no more than asked for")
  void lines() {
    ByteBuffer bytes = ByteBuffer.wrap("0123456789abcdef\u0000\u001b[31m观".getBytes(UTF_8));
    assertThat(HexDump.lines(bytes, 20))
        .containsExactly(
            "000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef",
            "000010  00 1b 5b 33                                      ..[3");
    assertThat(bytes.position()).isZero();
    assertThat(HexDump.lines(ByteBuffer.allocate(0), 20)).isEmpty();
  }
}
