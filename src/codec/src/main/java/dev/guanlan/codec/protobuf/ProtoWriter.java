package dev.guanlan.codec.protobuf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Writes protobuf fields into an array that grows. The caller computes lengths beforehand. */
public final class ProtoWriter {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes = new byte[1024];
  private int length;

  /** Starts over, in the same array. */
  public void reset() {
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

  /** Writes a field of bytes: tag, length and content. */
  public void field(int tag, byte[] content) {
    varint(tag);
    varint(content.length);
    ensure(content.length);
    System.arraycopy(content, 0, bytes, length, content.length);
    length += content.length;
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
