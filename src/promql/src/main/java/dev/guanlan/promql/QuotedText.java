package dev.guanlan.promql;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Is a string as an expression writes it: in double or single quotes with the escapes of Go, or in
 * backticks without any.
 *
 * @param value what the string says
 * @param end offset behind the closing quote
 */
public record QuotedText(String value, int end) {

  /** Reads the string that begins with the quote at {@code start}. */
  public static QuotedText read(String input, int start) throws PromqlException {
    return input.charAt(start) == '`' ? readRaw(input, start) : new Reader(input, start).read();
  }

  private static QuotedText readRaw(String input, int start) throws PromqlException {
    int end = input.indexOf('`', start + 1);
    if (end < 0) {
      throw error("unterminated raw string", start, input);
    }
    String value = input.substring(start + 1, end);
    for (int i = 0; i < value.length(); i++) {
      if (isInvalid(value, i)) {
        throw error("invalid UTF-8 rune", start, input);
      }
    }
    return new QuotedText(value, end + 1);
  }

  /**
   * Tells whether a character is half of one. A byte of an escape like {@code \xff} that is no
   * UTF-8 is kept as the low surrogate {@code U+DC00} + byte, so that it can be told from what is
   * text.
   */
  static boolean isLoneSurrogate(String text, int at) {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
    }
    return Character.isLowSurrogate(c)
        && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
  }

  /** As in Prometheus, where the replacement character stands for bytes that are no UTF-8. */
  private static boolean isInvalid(String text, int at) {
    return text.charAt(at) == '\ufffd' || isLoneSurrogate(text, at);
  }

  private static PromqlException error(String message, int start, String input) {
    return new PromqlException(message, new Position(start, input.length()));
  }

  /** Reads a string with escapes. */
  private static final class Reader {
    private final String input;
    private final int start;
    private final StringBuilder value = new StringBuilder();

    /** Bytes of escapes like {@code \xe4}, of which several make one character. */
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private int at;

    Reader(String input, int start) {
      this.input = input;
      this.start = start;
      this.at = start + 1;
    }

    QuotedText read() throws PromqlException {
      char quote = input.charAt(start);
      while (true) {
        if (at == input.length() || input.charAt(at) == '\n') {
          throw error("unterminated quoted string", start, input);
        }
        if (isInvalid(input, at)) {
          throw error("invalid UTF-8 rune", start, input);
        }
        char c = input.charAt(at++);
        if (c == quote) {
          flush();
          return new QuotedText(value.toString(), at);
        }
        if (c == '\\') {
          readEscape(quote);
        } else {
          flush();
          value.append(c);
        }
      }
    }

    private void readEscape(char quote) throws PromqlException {
      if (at == input.length()) {
        throw error("escape sequence not terminated", start, input);
      }
      char c = input.charAt(at++);
      if (c == quote) {
        add(c);
        return;
      }
      switch (c) {
        case 'a' -> add('\u0007');
        case 'b' -> add('\b');
        case 'f' -> add('\f');
        case 'n' -> add('\n');
        case 'r' -> add('\r');
        case 't' -> add('\t');
        case 'v' -> add('\u000b');
        case '\\' -> add('\\');
        case '0', '1', '2', '3', '4', '5', '6', '7' -> {
          at--;
          addByte(readDigits(3, 8));
        }
        case 'x' -> addByte(readDigits(2, 16));
        case 'u' -> addCodePoint(readDigits(4, 16));
        case 'U' -> addCodePoint(readDigits(8, 16));
        default ->
            throw error(
                "unknown escape sequence " + Quoting.codePoint(input, at - 1), start, input);
      }
    }

    private long readDigits(int count, int base) throws PromqlException {
      long number = 0;
      for (int i = 0; i < count; i++) {
        if (at == input.length()) {
          throw error("escape sequence not terminated", start, input);
        }
        char c = input.charAt(at);
        int digit = c < 128 ? Character.digit(c, base) : -1;
        if (digit < 0) {
          throw error(
              "illegal character " + Quoting.codePoint(input, at) + " in escape sequence",
              start,
              input);
        }
        number = number * base + digit;
        at++;
      }
      return number;
    }

    private void add(char c) {
      flush();
      value.append(c);
    }

    private void addByte(long number) throws PromqlException {
      if (number > 255) {
        throw invalidCodePoint();
      }
      bytes.write((int) number);
    }

    private void addCodePoint(long number) throws PromqlException {
      if (number > Character.MAX_CODE_POINT
          || (number >= Character.MIN_SURROGATE && number <= Character.MAX_SURROGATE)) {
        throw invalidCodePoint();
      }
      flush();
      value.appendCodePoint((int) number);
    }

    private PromqlException invalidCodePoint() {
      return error("escape sequence is an invalid Unicode code point", start, input);
    }

    private void flush() {
      if (bytes.size() > 0) {
        decode(ByteBuffer.wrap(bytes.toByteArray()));
        bytes.reset();
      }
    }

    private void decode(ByteBuffer encoded) {
      CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
      CharBuffer decoded = CharBuffer.allocate(encoded.remaining());
      while (encoded.hasRemaining()) {
        CoderResult result = decoder.decode(encoded, decoded, true);
        for (int i = 0; result.isError() && i < result.length(); i++) {
          decoded.put((char) (Character.MIN_LOW_SURROGATE + (encoded.get() & 0xff)));
        }
        decoder.reset();
      }
      value.append(decoded.flip());
    }
  }
}
