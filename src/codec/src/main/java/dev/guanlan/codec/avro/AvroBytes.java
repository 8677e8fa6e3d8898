package dev.guanlan.codec.avro;

import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.HeapBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;

/**
 * Reads Avro's binary encoding from an array. Avro's own decoder believes every length that it
 * reads and makes room for it; this one makes room only for what is there, and counts it.
 *
 * <p>Source: https://avro.apache.org/docs/1.12.0/specification/#binary-encoding
 */
final class AvroBytes extends Decoder {

  /**
   * What an entry of a map costs besides its key and value: an entry and its place in the table.
   */
  private static final int MAP_ENTRY_BYTES = 48;

  private static final int ARRAY_ENTRY_BYTES = 64;

  /** The fewest bytes that any entry of our schemas' maps and arrays has. */
  private static final int LEAST_ENTRY_BYTES = 2;

  private final HeapBudget budget;
  private byte[] bytes = new byte[0];
  private int position;
  private int end;

  AvroBytes(HeapBudget budget) {
    this.budget = budget;
  }

  /** Starts on the bytes of a payload. */
  void reset(byte[] payload) {
    bytes = payload;
    position = 0;
    end = payload.length;
  }

  int position() {
    return position;
  }

  boolean hasMore() {
    return position < end;
  }

  /** Reads the 64 bits of a fingerprint, the low ones first. */
  long fixed64() throws IOException {
    need(Long.BYTES);
    long value = 0;
    for (int i = Long.BYTES - 1; i >= 0; i--) {
      value = (value << 8) | (bytes[position + i] & 0xFF);
    }
    position += Long.BYTES;
    return value;
  }

  int fixed8() throws IOException {
    need(1);
    return bytes[position++] & 0xFF;
  }

  @Override
  public void readNull() {
    // Has no bytes.
  }

  @Override
  public boolean readBoolean() throws IOException {
    int value = fixed8();
    if (value > 1) {
      throw new IOException("a boolean is " + value + ", not 0 or 1");
    }
    return value == 1;
  }

  @Override
  public int readInt() throws IOException {
    long value = readLong();
    if (value != (int) value) {
      throw new IOException("an int is " + value + ", which has more than 32 bits");
    }
    return (int) value;
  }

  @Override
  public long readLong() throws IOException {
    long raw = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      need(1);
      int next = bytes[position++];
      raw |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return (raw >>> 1) ^ -(raw & 1);
      }
    }
    throw new IOException("a number has more than 10 bytes");
  }

  @Override
  public float readFloat() throws IOException {
    need(Float.BYTES);
    int bits = 0;
    for (int i = Float.BYTES - 1; i >= 0; i--) {
      bits = (bits << 8) | (bytes[position + i] & 0xFF);
    }
    position += Float.BYTES;
    return Float.intBitsToFloat(bits);
  }

  @Override
  public double readDouble() throws IOException {
    return Double.longBitsToDouble(fixed64());
  }

  @Override
  public Utf8 readString(Utf8 old) throws IOException {
    return new Utf8(readString());
  }

  @Override
  public String readString() throws IOException {
    int length = length();
    try {
      budget.chargeText(length);
    } catch (MalformedPayloadException tooLarge) {
      throw new IOException(tooLarge.getMessage(), tooLarge);
    }
    int from = position;
    position += length;
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, from, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IOException("a text of " + length + " bytes is not UTF-8", e);
    }
  }

  @Override
  public void skipString() throws IOException {
    position += length();
  }

  @Override
  public ByteBuffer readBytes(ByteBuffer old) throws IOException {
    byte[] copy = new byte[length()];
    charge(copy.length);
    readFixed(copy, 0, copy.length);
    return ByteBuffer.wrap(copy);
  }

  @Override
  public void skipBytes() throws IOException {
    position += length();
  }

  @Override
  public void readFixed(byte[] target, int start, int length) throws IOException {
    need(length);
    System.arraycopy(bytes, position, target, start, length);
    position += length;
  }

  @Override
  public void skipFixed(int length) throws IOException {
    need(length);
    position += length;
  }

  @Override
  public int readEnum() throws IOException {
    return readInt();
  }

  @Override
  public int readIndex() throws IOException {
    return readInt();
  }

  @Override
  public long readArrayStart() throws IOException {
    return entries(ARRAY_ENTRY_BYTES);
  }

  @Override
  public long arrayNext() throws IOException {
    return entries(ARRAY_ENTRY_BYTES);
  }

  @Override
  public long skipArray() throws IOException {
    return skipped();
  }

  @Override
  public long readMapStart() throws IOException {
    return entries(MAP_ENTRY_BYTES);
  }

  @Override
  public long mapNext() throws IOException {
    return entries(MAP_ENTRY_BYTES);
  }

  @Override
  public long skipMap() throws IOException {
    return skipped();
  }

  /** Reads how many entries a block of a map or array has; a negative number says its bytes too. */
  private long entries(int bytesEach) throws IOException {
    long count = readLong();
    if (count < 0) {
      if (count == Long.MIN_VALUE) {
        throw new IOException("a map or array has a number of entries that is none");
      }
      count = -count;
      readLong();
    }
    if (count > (end - position) / LEAST_ENTRY_BYTES) {
      throw new IOException(
          "a map or array says it has %d entries where only %d bytes follow"
              .formatted(count, end - position));
    }
    charge(count * bytesEach);
    return count;
  }

  /**
   * Skips blocks that say how long they are; returns how many entries have to be skipped singly.
   */
  private long skipped() throws IOException {
    while (true) {
      long count = readLong();
      if (count >= 0) {
        return count;
      }
      position += length();
    }
  }

  private int length() throws IOException {
    long length = readLong();
    if (length < 0 || length > end - position) {
      throw new IOException(
          "a length is %d where only %d bytes follow".formatted(length, end - position));
    }
    return (int) length;
  }

  private void need(int count) throws IOException {
    if (count > end - position) {
      throw new IOException("the payload ends in the middle of a value");
    }
  }

  private void charge(long cost) throws IOException {
    try {
      budget.charge(cost);
    } catch (MalformedPayloadException tooLarge) {
      throw new IOException(tooLarge.getMessage(), tooLarge);
    }
  }
}
