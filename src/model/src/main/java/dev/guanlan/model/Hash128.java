package dev.guanlan.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Computes MurmurHash3 x64 128 (Austin Appleby, public domain) over bytes that arrive in pieces.
 * Not for adversarial keys: whoever can choose labels can make collisions, so a store compares the
 * labels where it has them.
 */
final class Hash128 {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long C1 = 0x87c37b91114253d5L;
  private static final long C2 = 0x4cf5ad432745937fL;

  private final byte[] pending = new byte[16];
  private int pendingLength;
  private long length;
  private long h1;
  private long h2;

  void update(byte[] bytes, int from, int count) {
    length += count;
    int position = from;
    int end = from + count;
    if (pendingLength > 0) {
      int taken = Math.min(16 - pendingLength, count);
      System.arraycopy(bytes, position, pending, pendingLength, taken);
      pendingLength += taken;
      position += taken;
      if (pendingLength < 16) {
        return;
      }
      block((long) LONG.get(pending, 0), (long) LONG.get(pending, 8));
      pendingLength = 0;
    }
    while (end - position >= 16) {
      block((long) LONG.get(bytes, position), (long) LONG.get(bytes, position + 8));
      position += 16;
    }
    pendingLength = end - position;
    System.arraycopy(bytes, position, pending, 0, pendingLength);
  }

  void updateLong(long value) {
    byte[] bytes = new byte[8];
    LONG.set(bytes, 0, value);
    update(bytes, 0, 8);
  }

  SeriesId finish() {
    long k1 = 0;
    long k2 = 0;
    for (int i = pendingLength - 1; i >= 8; i--) {
      k2 = (k2 << 8) | (pending[i] & 0xFF);
    }
    for (int i = Math.min(pendingLength, 8) - 1; i >= 0; i--) {
      k1 = (k1 << 8) | (pending[i] & 0xFF);
    }
    long a = h1 ^ mixFirst(k1);
    long b = h2 ^ mixSecond(k2);
    a ^= length;
    b ^= length;
    a += b;
    b += a;
    a = avalanche(a);
    b = avalanche(b);
    a += b;
    b += a;
    return new SeriesId(a, b);
  }

  private void block(long k1, long k2) {
    h1 = (Long.rotateLeft(h1 ^ mixFirst(k1), 27) + h2) * 5 + 0x52dce729;
    h2 = (Long.rotateLeft(h2 ^ mixSecond(k2), 31) + h1) * 5 + 0x38495ab5;
  }

  private static long mixFirst(long k) {
    return Long.rotateLeft(k * C1, 31) * C2;
  }

  private static long mixSecond(long k) {
    return Long.rotateLeft(k * C2, 33) * C1;
  }

  private static long avalanche(long k) {
    long x = k;
    x = (x ^ (x >>> 33)) * 0xff51afd7ed558ccdL;
    x = (x ^ (x >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return x ^ (x >>> 33);
  }
}
