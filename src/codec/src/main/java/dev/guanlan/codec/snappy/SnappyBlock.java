package dev.guanlan.codec.snappy;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.codec.protobuf.ProtoWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.xerial.snappy.Snappy;

/**
 * Decompresses snappy's block format into an array that is used again, and compresses.
 *
 * <p>Source of the format: https://github.com/google/snappy/blob/main/format_description.txt
 */
public final class SnappyBlock {

  /** Three bytes of input can copy at most 64 bytes, so no block is longer than this many times. */
  private static final int MAX_RATIO = 22;

  /** Arrays up to this length are kept from one payload to the next. */
  private static final int KEPT_BYTES = 4 << 20;

  private final DecoderLimits limits;
  private final String message;
  private final String smaller;
  private byte[] bytes = new byte[0];
  private int length;

  /**
   * Makes a block.
   *
   * @param limits bound what a payload may decompress to
   * @param message what the protocol compresses, for who sent something else
   * @param smaller how the sender is told to send less at once
   */
  public SnappyBlock(DecoderLimits limits, String message, String smaller) {
    this.limits = limits;
    this.message = message;
    this.smaller = smaller;
  }

  /** Returns the array with the decompressed bytes, valid up to {@link #length}. */
  public byte[] bytes() {
    return bytes;
  }

  /** Returns how many bytes the last payload decompressed to. */
  public int length() {
    return length;
  }

  /**
   * Decompresses a payload.
   *
   * @throws PayloadTooLargeException if it would be longer than allowed
   * @throws MalformedPayloadException if it is no snappy block
   */
  public void decompress(byte[] compressed) throws MalformedPayloadException {
    if (bytes.length > KEPT_BYTES) {
      bytes = new byte[0];
    }
    long claimed = claimedLength(compressed);
    limits.checkLength("the snappy block decompresses to", claimed, smaller);
    if (claimed > (long) compressed.length * MAX_RATIO) {
      throw new MalformedPayloadException(
          "the snappy block of "
              + compressed.length
              + " bytes claims to hold "
              + claimed
              + ", which snappy cannot reach; it is damaged or not snappy");
    }
    int expected = (int) claimed;
    if (bytes.length < expected) {
      bytes =
          new byte[Math.min(limits.maxDecompressedBytes(), Math.max(expected, 2 * bytes.length))];
    }
    try {
      length = Snappy.uncompress(compressed, 0, compressed.length, bytes, 0);
    } catch (IOException e) {
      throw new MalformedPayloadException(
          "the snappy block of "
              + compressed.length
              + " bytes cannot be decompressed; compress with snappy's block format",
          e);
    }
    if (length != expected) {
      throw new MalformedPayloadException(
          "the snappy block holds "
              + length
              + " bytes where its head says "
              + expected
              + "; it is damaged");
    }
  }

  /** Returns what a writer holds as a block. */
  public static byte[] compress(ProtoWriter content) {
    byte[] compressed = new byte[Snappy.maxCompressedLength(content.length())];
    try {
      int length = Snappy.compress(content.bytes(), 0, content.length(), compressed, 0);
      return Arrays.copyOf(compressed, length);
    } catch (IOException e) {
      throw new UncheckedIOException("snappy did not compress " + content.length() + " bytes", e);
    }
  }

  private long claimedLength(byte[] compressed) throws MalformedPayloadException {
    if (compressed.length == 0) {
      throw new MalformedPayloadException(
          "the payload is empty; send a " + message + ", compressed with snappy");
    }
    if (compressed.length >= 10
        && compressed[0] == (byte) 0xFF
        && compressed[1] == 6
        && compressed[4] == 's'
        && compressed[5] == 'N') {
      throw new MalformedPayloadException(
          "the payload is in snappy's framing format; compress with snappy's block format");
    }
    long length = lengthOf(compressed);
    if (length < 0) {
      throw new MalformedPayloadException(
          "the payload does not begin with a length as a snappy block does; compress with snappy's"
              + " block format");
    }
    return length;
  }

  /**
   * Returns how many bytes a block says that it decompresses to; negative if it does not begin as a
   * block does.
   */
  public static long lengthOf(byte[] compressed) {
    long value = 0;
    for (int i = 0; i < Math.min(5, compressed.length); i++) {
      value |= (long) (compressed[i] & 0x7F) << (7 * i);
      if (compressed[i] >= 0) {
        return value;
      }
    }
    return -1;
  }
}
