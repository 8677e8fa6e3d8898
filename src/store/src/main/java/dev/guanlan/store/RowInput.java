package dev.guanlan.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads an answer in ClickHouse's format RowBinary, value after value. */
final class RowInput {

  private final ByteBuffer bytes;

  RowInput(byte[] answer) {
    bytes = ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns whether another row begins here. */
  boolean hasNext() {
    return bytes.hasRemaining();
  }

  int int8() {
    return bytes.get();
  }

  long int64() {
    return bytes.getLong();
  }

  /** Reads a Float64; a NaN keeps its bits. */
  double float64() {
    return Double.longBitsToDouble(bytes.getLong());
  }

  /** Reads how many bytes a string has, or elements an array. */
  int size() {
    int size = Varint.read(bytes.array(), bytes.position());
    bytes.position(bytes.position() + Varint.bytes(size));
    return size;
  }

  String string() {
    byte[] text = new byte[size()];
    bytes.get(text);
    return new String(text, UTF_8);
  }

  String[] strings() {
    String[] array = new String[size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = string();
    }
    return array;
  }

  int[] ints() {
    int[] array = new int[size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = bytes.getInt();
    }
    return array;
  }

  double[] doubles() {
    double[] array = new double[size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = float64();
    }
    return array;
  }
}
