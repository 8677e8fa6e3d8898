package dev.guanlan.codec.protobuf;

import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Walks over protobuf messages in an array. Every step checks that it stays inside the message it
 * is in, so no bytes whatsoever make it read elsewhere, recurse or allocate more than they hold.
 *
 * <p>A tag is used as it stands on the wire, field number and wire type together, so that a field
 * of an unexpected wire type falls through to {@link #skip}, as protobuf asks for.
 */
public final class ProtoReader {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  private final TextPool pool = new TextPool();
  private byte[] bytes = new byte[0];
  private int position;
  private int limit;

  /** Starts at {@code from} of {@code newBytes}; the outermost message ends at {@code to}. */
  public void reset(byte[] newBytes, int from, int to) {
    bytes = newBytes;
    position = from;
    limit = to;
  }

  /** Lets go of the bytes, so that they can be collected. */
  public void release() {
    reset(new byte[0], 0, 0);
  }

  /** Returns whether the current message goes on. */
  public boolean hasMore() {
    return position < limit;
  }

  /** Returns the index of the next byte. */
  public int position() {
    return position;
  }

  /** Returns the index behind the current message's last byte. */
  public int limit() {
    return limit;
  }

  /** Returns whether the next byte is {@code tag}, which must be smaller than 128. */
  public boolean nextIs(int tag) {
    return position < limit && bytes[position] == tag;
  }

  /** Returns the bytes that are read, not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** Goes to {@code newPosition} of a message that ends at {@code newLimit}. */
  public void moveTo(int newPosition, int newLimit) {
    position = newPosition;
    limit = newLimit;
  }

  /** Reads a field's tag. */
  public int tag() throws MalformedPayloadException {
    if (position < limit && bytes[position] > 7) {
      return bytes[position++];
    }
    int start = position;
    long tag = varint();
    if (tag < 8 || tag > 0xFFFFFFFFL) {
      throw malformed("a field with the impossible tag " + Long.toUnsignedString(tag), start);
    }
    return (int) tag;
  }

  /** Reads a varint. */
  public long varint() throws MalformedPayloadException {
    int start = position;
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (position >= limit) {
        throw malformed("a number that is cut off", start);
      }
      byte next = bytes[position++];
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw malformed("a number of more than ten bytes", start);
  }

  /** Reads eight bytes. */
  public long fixed64() throws MalformedPayloadException {
    if (limit - position < 8) {
      throw malformed("an eight-byte number that is cut off", position);
    }
    long value = (long) LONG.get(bytes, position);
    position += 8;
    return value;
  }

  /** Reads a double, bit by bit as sent. */
  public double float64() throws MalformedPayloadException {
    return Double.longBitsToDouble(fixed64());
  }

  /** Reads the length of what follows, which lies wholly inside the current message. */
  public int length() throws MalformedPayloadException {
    if (position < limit) {
      // hot: lengths of texts are nearly all below 128, and those of series below 16384.
      int first = bytes[position];
      if (first >= 0 && first < limit - position) {
        position++;
        return first;
      }
      if (first < 0 && position + 1 < limit && bytes[position + 1] > 0) {
        int length = (first & 0x7F) | bytes[position + 1] << 7;
        if (length <= limit - position - 2) {
          position += 2;
          return length;
        }
      }
    }
    return longerLength();
  }

  private int longerLength() throws MalformedPayloadException {
    int start = position;
    long length = varint();
    if (length < 0 || length > limit - position) {
      throw malformed(
          "a field that claims "
              + Long.toUnsignedString(length)
              + " bytes where "
              + (limit - position)
              + " are left",
          start);
    }
    return (int) length;
  }

  /** Enters the message whose length is next. Returns what {@link #leave} needs. */
  public int enter() throws MalformedPayloadException {
    int length = length();
    int outer = limit;
    limit = position + length;
    return outer;
  }

  /** Leaves the message entered last, wherever in it the reader is. */
  public void leave(int outer) {
    position = limit;
    limit = outer;
  }

  /** Passes over the value of the field with the tag just read. */
  public void skip(int tag) throws MalformedPayloadException {
    int start = position;
    switch (tag & 7) {
      case VARINT -> varint();
      case FIXED64 -> advance(8);
      case LENGTH -> advance(length());
      case FIXED32 -> advance(4);
      default ->
          throw malformed(
              "field " + (tag >>> 3) + " with the unsupported wire type " + (tag & 7), start);
    }
  }

  private void advance(int count) throws MalformedPayloadException {
    if (limit - position < count) {
      throw malformed("a field that is cut off", position);
    }
    position += count;
  }

  /** Reads a text; {@code what} and {@code maxBytes} are for whoever sent one that is not valid. */
  public String text(String what, int maxBytes) throws MalformedPayloadException {
    int length = length();
    int start = position;
    if (length > maxBytes) {
      throw new MalformedPayloadException(
          what
              + " has "
              + length
              + " bytes where "
              + maxBytes
              + " are allowed, which is a fixed limit: "
              + Excerpt.of(bytes, start, length)
              + "; shorten it at the sender");
    }
    position += length;
    String pooled = pool.get(bytes, start, length);
    if (pooled != null) {
      return pooled;
    }
    String text = Utf8.decode(bytes, start, length);
    if (text == null) {
      throw new MalformedPayloadException(
          what
              + " is not valid UTF-8: "
              + Excerpt.of(bytes, start, length)
              + "; correct it at the sender");
    }
    return text;
  }

  /** Reads a text that may be as long as the message allows. */
  public String text(String what) throws MalformedPayloadException {
    return text(what, Integer.MAX_VALUE);
  }

  /** Reads bytes into a new array. */
  public byte[] copy() throws MalformedPayloadException {
    int length = length();
    byte[] copy = new byte[length];
    System.arraycopy(bytes, position, copy, 0, length);
    position += length;
    return copy;
  }

  /** Makes the exception that says {@code what} stands at index {@code where}. */
  public MalformedPayloadException malformed(String what, int where) {
    return new MalformedPayloadException(
        "the protobuf message has "
            + what
            + " at byte "
            + where
            + "; check that the sender speaks the protocol of this endpoint");
  }
}
