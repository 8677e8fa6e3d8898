package dev.guanlan.store;

import java.util.Arrays;

/**
 * Takes rows out of a block in ClickHouse's Native format whose columns are of fixed width. Such a
 * block is: the number of columns and of rows, then for each column its name, its type and its
 * values one after the other. Numbers and the lengths of texts are base-128 varints.
 */
final class NativeBlock {

  private final byte[] source;
  private final byte[] target;
  private int at;
  private int filled;

  private NativeBlock(byte[] source) {
    this.source = source;
    // A slice is never longer than the whole, for its number of rows is not larger either.
    this.target = new byte[source.length];
  }

  /** Returns the rows {@code from} to {@code end}, that one not included, as a block. */
  static byte[] slice(byte[] block, int[] widths, int from, int end) {
    NativeBlock slice = new NativeBlock(block);
    slice.copy(widths, from, end);
    return Arrays.copyOf(slice.target, slice.filled);
  }

  private void copy(int[] widths, int from, int end) {
    int columns = varint();
    if (columns != widths.length) {
      throw new IllegalArgumentException(
          "a block of %d columns was given %d widths; both have to be of the same buffer"
              .formatted(columns, widths.length));
    }
    int rows = varint();
    put(columns);
    put(end - from);
    for (int width : widths) {
      int header = at;
      skipText();
      skipText();
      take(header, at);
      take(at + from * width, at + end * width);
      at += rows * width;
    }
  }

  private void skipText() {
    int length = varint();
    at += length;
  }

  private int varint() {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = source[at++];
      value |= (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private void put(int value) {
    int rest = value;
    while (rest >= 0x80) {
      target[filled++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    target[filled++] = (byte) rest;
  }

  private void take(int from, int end) {
    System.arraycopy(source, from, target, filled, end - from);
    filled += end - from;
  }
}
