package dev.guanlan.codec.zipkin;

import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import java.util.HexFormat;
import java.util.Locale;

/** Makes Zipkin's ids, which may be short, OpenTelemetry's. */
final class Ids {

  static final int TRACE_DIGITS = 32;
  static final int SPAN_DIGITS = 16;

  private static final HexFormat HEX = HexFormat.of();

  private Ids() {}

  /**
   * Returns an id of {@code digits} lower-case hexadecimal digits, with zeros before it if it has
   * fewer; empty if it is nothing but zeros.
   *
   * @param what the id, for who sent one that is not
   */
  static String padded(String what, String id, int digits) throws MalformedPayloadException {
    boolean zero = true;
    boolean hex = id.length() <= digits;
    for (int i = 0; hex && i < id.length(); i++) {
      char digit = id.charAt(i);
      hex = digit < 0x80 && Character.digit(digit, 16) >= 0;
      zero &= digit == '0';
    }
    if (!hex) {
      throw new MalformedPayloadException(
          what + " is " + Excerpt.of(id) + "; send up to " + digits + " hexadecimal digits");
    }
    return zero ? "" : "0".repeat(digits - id.length()) + id.toLowerCase(Locale.ROOT);
  }

  /** Returns the same of an id in bytes. */
  static String padded(String what, byte[] id, int digits) throws MalformedPayloadException {
    if (2 * id.length > digits) {
      throw new MalformedPayloadException(
          what + " has " + id.length + " bytes; send up to " + digits / 2);
    }
    return padded(what, HEX.formatHex(id), digits);
  }
}
