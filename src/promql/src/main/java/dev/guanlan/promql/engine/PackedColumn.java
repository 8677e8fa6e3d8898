package dev.guanlan.promql.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Packs columns of whole numbers, each as its difference from the one before, in groups. A group
 * gives all its differences the bits that the greatest of them needs (as Lemire and Boytsov,
 * "Decoding billions of integers per second through vectorization", 2015, and Parquet's
 * DELTA_BINARY_PACKED do): unlike prefix codes that takes no branch a number to read.
 *
 * <p>There are two kinds of differences. Those of sums are counted from the least in the group.
 * Those of bits (exclusive or) leave away the zeros at the end that all in the group have, as
 * Gorilla does with doubles (Pelkonen et al., 2015).
 *
 * <p>A group: one byte with the bits of a difference; for sums the least one as {@link #putNumber}
 * writes it, for bits one byte with the zeros left away; the differences, the lowest bit first.
 */
final class PackedColumn {

  /** How many bytes behind a column must be readable. */
  static final int PADDING = 8;

  /** So many bits from any bit of a byte on are within eight bytes. */
  private static final int WITHIN_LONG = 57;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private PackedColumn() {}

  /** Returns how many bytes a column takes; its first number is not part of it. */
  static int bytes(long[] column, int length, boolean bits, int group) {
    int bytes = 0;
    for (int begin = 1; begin < length; begin += group) {
      int end = Math.min(length, begin + group);
      bytes += 1 + groupBytes(column, begin, end, bits);
    }
    return bytes;
  }

  private static int groupBytes(long[] column, int begin, int end, boolean bits) {
    if (bits) {
      long union = union(column, begin, end);
      return 1 + bytesOfBits((end - begin) * significant(union >>> trailing(union)));
    }
    long least = least(column, begin, end);
    int width = significant(spread(column, begin, end, least));
    return numberBytes(least) + bytesOfBits((end - begin) * width);
  }

  /**
   * Writes a column, without its first number.
   *
   * @param out must be zero behind {@code at}
   * @return the place behind it
   */
  static int write(long[] column, int length, boolean bits, int group, byte[] out, int at) {
    int place = at;
    for (int begin = 1; begin < length; begin += group) {
      int end = Math.min(length, begin + group);
      if (bits) {
        long union = union(column, begin, end);
        int zeros = trailing(union);
        int width = significant(union >>> zeros);
        out[place++] = (byte) width;
        out[place++] = (byte) zeros;
        for (int i = begin, bit = place << 3; i < end; i++, bit += width) {
          putBits(out, bit, width, (column[i] ^ column[i - 1]) >>> zeros);
        }
        place += bytesOfBits((end - begin) * width);
      } else {
        long least = least(column, begin, end);
        int width = significant(spread(column, begin, end, least));
        out[place++] = (byte) width;
        place = putNumber(least, out, place);
        for (int i = begin, bit = place << 3; i < end; i++, bit += width) {
          putBits(out, bit, width, column[i] - column[i - 1] - least);
        }
        place += bytesOfBits((end - begin) * width);
      }
    }
    return place;
  }

  /**
   * Reads the begin of a column.
   *
   * @param into holds the first number at {@code first}, and gets the others behind it
   * @param length how many numbers there shall be, the first one included
   */
  static void read(byte[] in, int at, boolean bits, int group, long[] into, int first, int length) {
    int place = at;
    for (int begin = 1; begin < length; begin += group) {
      int end = Math.min(length, begin + group);
      int width = in[place++];
      if (bits) {
        int zeros = in[place++];
        readBits(in, place, width, zeros, into, first + begin, first + end);
      } else {
        long least = number(in, place);
        place = afterNumber(in, place);
        readSums(in, place, width, least, into, first + begin, first + end);
      }
      place += bytesOfBits((end - begin) * width);
    }
  }

  // hot: once for each sample that is looked at; must not allocate.
  private static void readBits(
      byte[] in, int at, int width, int zeros, long[] into, int begin, int end) {
    long number = into[begin - 1];
    if (width == 0) {
      Arrays.fill(into, begin, end, number);
      return;
    }
    long mask = -1L >>> (Long.SIZE - width);
    for (int i = begin, bit = at << 3; i < end; i++, bit += width) {
      number ^= (bits(in, bit, width) & mask) << zeros;
      into[i] = number;
    }
  }

  // hot: once for each sample that is looked at; must not allocate.
  private static void readSums(
      byte[] in, int at, int width, long least, long[] into, int begin, int end) {
    long number = into[begin - 1];
    if (width == 0) {
      for (int i = begin; i < end; i++) {
        number += least;
        into[i] = number;
      }
      return;
    }
    long mask = -1L >>> (Long.SIZE - width);
    int i = begin;
    int bit = at << 3;
    if (4 * width <= WITHIN_LONG) {
      // Four at once.
      for (; i + 3 < end; i += 4, bit += 4 * width) {
        long word = (long) LONGS.get(in, bit >>> 3) >>> (bit & 7);
        long second = least + ((word >>> width) & mask);
        long third = least + ((word >>> (2 * width)) & mask);
        long fourth = least + ((word >>> (3 * width)) & mask);
        number += least + (word & mask);
        into[i] = number;
        number += second;
        into[i + 1] = number;
        number += third;
        into[i + 2] = number;
        number += fourth;
        into[i + 3] = number;
      }
    }
    for (; i < end; i++, bit += width) {
      number += least + (bits(in, bit, width) & mask);
      into[i] = number;
    }
  }

  /**
   * Returns the difference of one number from the one before.
   *
   * @param index of the number, from 1 on
   */
  static long difference(byte[] in, int at, boolean bits, int group, int index) {
    int place = at;
    int begin = 1;
    for (; index >= begin + group; begin += group) {
      int width = in[place];
      place = bits ? place + 2 : afterNumber(in, place + 1);
      place += bytesOfBits(group * width);
    }
    int width = in[place];
    int differences = bits ? place + 2 : afterNumber(in, place + 1);
    long mask = width == 0 ? 0 : -1L >>> (Long.SIZE - width);
    long rest = bits(in, (differences << 3) + (index - begin) * width, width) & mask;
    return bits ? rest << in[place + 1] : rest + number(in, place + 1);
  }

  /** Returns all bits in which any number of a group differs from the one before. */
  private static long union(long[] column, int begin, int end) {
    long union = 0;
    for (int i = begin; i < end; i++) {
      union |= column[i] ^ column[i - 1];
    }
    return union;
  }

  private static long least(long[] column, int begin, int end) {
    long least = Long.MAX_VALUE;
    for (int i = begin; i < end; i++) {
      least = Math.min(least, column[i] - column[i - 1]);
    }
    return least;
  }

  /** Returns all bits that differences have above the least; what overflows does so twice. */
  private static long spread(long[] column, int begin, int end, long least) {
    long spread = 0;
    for (int i = begin; i < end; i++) {
      spread |= column[i] - column[i - 1] - least;
    }
    return spread;
  }

  private static int significant(long bits) {
    return Long.SIZE - Long.numberOfLeadingZeros(bits);
  }

  private static int trailing(long bits) {
    return bits == 0 ? 0 : Long.numberOfTrailingZeros(bits);
  }

  private static int bytesOfBits(int bits) {
    return (bits + 7) >>> 3;
  }

  private static void putBits(byte[] out, int bit, int width, long bits) {
    int at = bit >>> 3;
    int skip = bit & 7;
    if (width == 0) {
      return;
    }
    LONGS.set(out, at, (long) LONGS.get(out, at) | bits << skip);
    if (skip + width > Long.SIZE) {
      out[at + Long.BYTES] = (byte) (bits >>> (Long.SIZE - skip));
    }
  }

  /** Returns bits from a place on; those above the width mean nothing. */
  private static long bits(byte[] in, int bit, int width) {
    int at = bit >>> 3;
    int skip = bit & 7;
    long low = (long) LONGS.get(in, at) >>> skip;
    return skip + width > Long.SIZE ? low | (long) in[at + Long.BYTES] << (Long.SIZE - skip) : low;
  }

  /** Returns how many bytes a single number takes. */
  static int numberBytes(long number) {
    return 1 + lengthOf(number);
  }

  private static int lengthOf(long number) {
    // With a bit for the sign.
    return number == 0 ? 0 : bytesOfBits(significant(number ^ (number >> 63)) + 1);
  }

  /** Writes a number as one byte with its length and its lower bytes; returns the place behind. */
  static int putNumber(long number, byte[] out, int at) {
    int length = lengthOf(number);
    out[at] = (byte) length;
    for (int i = 0; i < length; i++) {
      out[at + 1 + i] = (byte) (number >>> (8 * i));
    }
    return at + 1 + length;
  }

  /** Returns the number that was written at a place. */
  static long number(byte[] in, int at) {
    int length = in[at];
    int unused = Long.SIZE - 8 * length;
    return length == 0 ? 0 : (long) LONGS.get(in, at + 1) << unused >> unused;
  }

  /** Returns the place behind a number. */
  static int afterNumber(byte[] in, int at) {
    return at + 1 + in[at];
  }
}
