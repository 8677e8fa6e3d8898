package dev.guanlan.codec.series;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Computes 128-bit fingerprints that stand for what they were computed of. They are of use inside
 * one object only: the key is drawn anew for each.
 *
 * <p>This is NH, the first layer of UMAC (RFC 4418, section 5.2.2), over words of 64 bits: a sum of
 * products of message and key. Whoever does not know the key, which nothing tells, cannot choose
 * two different inputs whose fingerprints are equal with a chance better than 2^-54: 2^-64 by the
 * proof, times the pairs whose carries are not added. The products do not wait for each other,
 * which makes it four times as fast here as a hash that feeds each word into the next.
 */
public final class Fingerprint {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int WORDS = 1024;

  /** Words in front of the input: the two of what it belongs to, the length, and one of padding. */
  private static final int HEAD = 4;

  /** The longest input in bytes. */
  public static final int MAX_BYTES = (WORDS - HEAD - 2) * Long.BYTES;

  private final long[] key = new long[WORDS];
  private long high;
  private long low;

  /** Draws a key. */
  public Fingerprint() {
    byte[] random = new byte[WORDS * Long.BYTES];
    new SecureRandom().nextBytes(random);
    Arrays.setAll(key, i -> (long) LONG.get(random, i * Long.BYTES));
  }

  /** Shares the key of another instance, so that both compute the same. */
  Fingerprint(Fingerprint other) {
    System.arraycopy(other.key, 0, key, 0, WORDS);
  }

  /** Returns the first half of the fingerprint computed last. */
  public long high() {
    return high;
  }

  /** Returns the other half. */
  public long low() {
    return low;
  }

  /**
   * Computes the fingerprint of {@code bytes[from..to)}, at most {@link #MAX_BYTES}.
   *
   * @param ownerHigh with {@code ownerLow}, a fingerprint of what the bytes belong to
   */
  public void of(long ownerHigh, long ownerLow, byte[] bytes, int from, int to) {
    of(ownerHigh, ownerLow, to - from, 0L);
    long sumHigh = high;
    long sumLow = low;
    int k = HEAD;
    int i = from;
    // hot: two loads and two multiplications for 16 bytes, nothing that waits for the ones before.
    for (; i <= to - 16; i += 16, k += 2) {
      long a = (long) LONG.get(bytes, i) + key[k];
      long b = (long) LONG.get(bytes, i + 8) + key[k + 1];
      sumHigh += Math.multiplyHigh(a, b);
      sumLow += a * b;
    }
    if (i < to) {
      long a = word(bytes, i, to) + key[k];
      long b = word(bytes, i + 8, to) + key[k + 1];
      sumHigh += Math.multiplyHigh(a, b);
      sumLow += a * b;
    }
    high = sumHigh;
    low = sumLow;
  }

  /**
   * Computes the fingerprint of some of other fingerprints, in a given order.
   *
   * @param highs the first halves, by number
   * @param lows the other halves, by number
   * @param chosen which of them, in order
   * @param count how many of {@code chosen} count; twice as many words as bytes allow at most
   */
  public void of(
      long ownerHigh, long ownerLow, long[] highs, long[] lows, int[] chosen, int count) {
    of(ownerHigh, ownerLow, count, 0L);
    long sumHigh = high;
    long sumLow = low;
    for (int i = 0, k = HEAD; i < count; i++, k += 2) {
      long a = highs[chosen[i]] + key[k];
      long b = lows[chosen[i]] + key[k + 1];
      sumHigh += Math.multiplyHigh(a, b);
      sumLow += a * b;
    }
    high = sumHigh;
    low = sumLow;
  }

  /** Computes the fingerprint of two numbers that belong to something. */
  public void of(long ownerHigh, long ownerLow, long first, long second) {
    long a = ownerHigh + key[0];
    long b = ownerLow + key[1];
    long c = first + key[2];
    long d = second + key[3];
    high = Math.multiplyHigh(a, b) + Math.multiplyHigh(c, d);
    low = a * b + c * d;
  }

  /** Returns the up to eight bytes that are left before {@code to}. */
  private static long word(byte[] bytes, int from, int to) {
    if (to - from >= 8) {
      return (long) LONG.get(bytes, from);
    }
    long word = 0;
    for (int i = to - 1; i >= from; i--) {
      word = (word << 8) | (bytes[i] & 0xFF);
    }
    return word;
  }
}
