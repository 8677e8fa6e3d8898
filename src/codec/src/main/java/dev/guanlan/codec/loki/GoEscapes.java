package dev.guanlan.codec.loki;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Undoes the escapes of Go's interpreted string literals. Those of single bytes may make up a
 * character of several, so bytes are gathered before they are read as UTF-8.
 */
final class GoEscapes {

  private static final String LETTERS = "abfnrtv\\\"";
  private static final String MEANINGS = "\u0007\b\f\n\r\t\u000B\\\"";

  private final String text;
  private int position;

  /** Starts at {@code position} of {@code text}. */
  GoEscapes(String text, int position) {
    this.text = text;
    this.position = position;
  }

  /** Returns where the reading stopped: at the closing quote, or at what is wrong. */
  int position() {
    return position;
  }

  /** Appends what stands before the closing {@code quote}. Returns false if it cannot be read. */
  boolean readTo(char quote, StringBuilder out) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (position < text.length() && text.charAt(position) != quote) {
      char character = text.charAt(position);
      if (character == '\\') {
        if (!escape(out, bytes)) {
          return false;
        }
      } else if (character == '\n') {
        return false;
      } else {
        flush(out, bytes);
        out.append(character);
        position++;
      }
    }
    flush(out, bytes);
    return position < text.length();
  }

  private static void flush(StringBuilder out, ByteArrayOutputStream bytes) {
    if (bytes.size() > 0) {
      out.append(bytes.toString(StandardCharsets.UTF_8));
      bytes.reset();
    }
  }

  private boolean escape(StringBuilder out, ByteArrayOutputStream bytes) {
    if (position + 1 == text.length()) {
      return false;
    }
    char kind = text.charAt(position + 1);
    int simple = LETTERS.indexOf(kind);
    if (simple >= 0) {
      flush(out, bytes);
      out.append(MEANINGS.charAt(simple));
      position += 2;
      return true;
    }
    return switch (kind) {
      case 'x' -> number(2, 2, 16, out, bytes);
      case 'u' -> number(2, 4, 16, out, bytes);
      case 'U' -> number(2, 8, 16, out, bytes);
      default -> number(1, 3, 8, out, bytes);
    };
  }

  /** Reads {@code digits} digits that follow the next {@code skipped} characters. */
  private boolean number(
      int skipped, int digits, int radix, StringBuilder out, ByteArrayOutputStream bytes) {
    int start = position + skipped;
    if (start + digits > text.length()) {
      return false;
    }
    long value = 0;
    for (int i = start; i < start + digits; i++) {
      int digit = text.charAt(i) < 0x80 ? Character.digit(text.charAt(i), radix) : -1;
      if (digit < 0) {
        return false;
      }
      value = value * radix + digit;
    }
    if (digits <= 3) { // \x and octal say a byte, \\u and \\U a character.
      if (value > 0xFF) {
        return false;
      }
      bytes.write((int) value);
    } else {
      boolean character =
          value <= Character.MAX_CODE_POINT
              && !(value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE);
      if (!character) {
        return false;
      }
      flush(out, bytes);
      out.appendCodePoint((int) value);
    }
    position = start + digits;
    return true;
  }
}
