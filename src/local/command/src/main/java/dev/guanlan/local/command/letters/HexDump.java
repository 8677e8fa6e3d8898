package dev.guanlan.local.command.letters;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Shows bytes as people read them: sixteen a line, in hexadecimal and as ASCII. */
public final class HexDump {

  private static final int A_LINE = 16;

  private HexDump() {}

  /**
   * Returns the lines of the first bytes of a buffer, which stays as it is.
   *
   * @param atMost how many bytes are shown
   */
  public static List<String> lines(ByteBuffer buffer, int atMost) {
    ByteBuffer bytes = buffer.duplicate();
    int shown = Math.min(atMost, bytes.remaining());
    List<String> lines = new ArrayList<>();
    for (int from = 0; from < shown; from += A_LINE) {
      StringBuilder digits = new StringBuilder();
      StringBuilder text = new StringBuilder();
      for (int i = from; i < Math.min(from + A_LINE, shown); i++) {
        int value = bytes.get(bytes.position() + i) & 0xFF;
        digits.append("%02x ".formatted(value));
        text.append(value >= ' ' && value < 0x7F ? (char) value : '.');
      }
      lines.add("%06x  %-48s %s".formatted(from, digits, text));
    }
    return lines;
  }
}
