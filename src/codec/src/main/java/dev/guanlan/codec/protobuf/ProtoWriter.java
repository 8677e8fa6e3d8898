package dev.guanlan.codec.protobuf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes protobuf fields into an array that grows. The caller computes lengths beforehand, or has
 * {@link #open} and {@link #close} do it.
 */
public final class ProtoWriter {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** An array up to this length is kept for the next message. */
  private static final int KEPT_BYTES = 4 << 20;

  private static final int FIRST_BYTES = 1024;

  private byte[] bytes = new byte[FIRST_BYTES];
  private int length;

  /** Starts over, in the same array unless it has grown great. */
  public void reset() {
    if (bytes.length > KEPT_BYTES) {
      bytes = new byte[FIRST_BYTES];
    }
    length = 0;
  }

  /** Returns the array written to, valid up to {@link #length} until the next write. */
  public byte[] bytes() {
    return bytes;
  }

  /** Returns how many bytes were written. */
  public int length() {
    return length;
  }

  /** Writes a varint. */
  public void varint(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
  }

  /** Writes eight bytes. */
  public void fixed64(long value) {
    ensure(8);
    LONG.set(bytes, length, value);
    length += 8;
  }

  /** Writes four bytes. */
  public void fixed32(int value) {
    ensure(4);
    for (int shift = 0; shift < 32; shift += 8) {
      bytes[length++] = (byte) (value >>> shift);
    }
  }

  /**
   * Begins a field whose length is not known yet: writes its tag and leaves room for a short one.
   *
   * @return what {@link #close} needs
   */
  public int open(int tag) {
    varint(tag);
    ensure(1);
    return ++length;
  }

  /** Ends the field begun with {@link #open} by writing its length before it. */
  public void close(int start) {
    int content = length - start;
    int more = varintSize(content) - 1;
    if (more > 0) {
      ensure(more);
      System.arraycopy(bytes, start, bytes, start + more, content);
    }
    length = start - 1;
    varint(content);
    length += content;
  }

  /** Writes a text in UTF-8, which must have no half surrogate pairs. */
  public void utf8(String text) {
    ensure(text.length());
    int i = 0;
    while (i < text.length()) {
      char next = text.charAt(i);
      if (next >= 0x80) {
        raw(text.substring(i).getBytes(StandardCharsets.UTF_8));
        return;
      }
      bytes[length++] = (byte) next;
      i++;
    }
  }

  /** Writes bytes as they are. */
  public void raw(byte[] content) {
    ensure(content.length);
    System.arraycopy(content, 0, bytes, length, content.length);
    length += content.length;
  }

  /** Writes a field of bytes: tag, length and content. */
  public void field(int tag, byte[] content) {
    varint(tag);
    varint(content.length);
    raw(content);
  }

  /** Writes a field of what another writer holds. */
  public void message(int tag, ProtoWriter content) {
    varint(tag);
    varint(content.length);
    append(content);
  }

  /** Writes what another writer holds. */
  public void append(ProtoWriter content) {
    ensure(content.length);
    System.arraycopy(content.bytes, 0, bytes, length, content.length);
    length += content.length;
  }

  /** Writes a field of eight bytes, unless they are the default, 0. */
  public void fixed64(int tag, long bits) {
    if (bits != 0) {
      varint(tag);
      fixed64(bits);
    }
  }

  /** Writes a field of a varint, unless it is the default, 0. */
  public void varint(int tag, long value) {
    if (value != 0) {
      varint(tag);
      varint(value);
    }
  }

  /** Writes a field of text, unless it is the default, the empty one. */
  public void text(int tag, String text) {
    if (!text.isEmpty()) {
      field(tag, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Returns how many bytes a field of {@code contentLength} bytes takes with a one-byte tag. */
  public static int fieldSize(int contentLength) {
    return 1 + varintSize(contentLength) + contentLength;
  }

  /** Returns how many bytes a varint takes. */
  public static int varintSize(long value) {
    return Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), bytes.length * 2));
    }
  }
}
