package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Hashes labels as Prometheus does, so that {@code limit_ratio} takes the same series here and
 * there: XXH64 over each name and value behind its length ({@code model/labels/
 * labels_stringlabels.go}).
 */
final class LabelHash {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  // The five primes of the xxHash specification, section "XXH64".
  private static final long PRIME_1 = 0x9E3779B185EBCA87L;
  private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
  private static final long PRIME_3 = 0x165667B19E3779F9L;
  private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
  private static final long PRIME_5 = 0x27D4EB2F165667C5L;

  /** Greatest length that is written in a single byte, which then is the length. */
  private static final int SHORT = 254;

  private LabelHash() {}

  /** Returns the place of labels between 0 and 1, as evenly spread as the hashes are. */
  static double place(Labels labels) {
    long hash = of(labels);
    // Java has no unsigned long: halve it, keeping the lowest bit for the rounding.
    double unsigned = hash >= 0 ? hash : (double) ((hash >>> 1) | (hash & 1)) * 2;
    return unsigned / 0x1p64;
  }

  static long of(Labels labels) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    labels.forEach(
        (name, value) -> {
          write(bytes, name);
          write(bytes, value);
        });
    return xxh64(bytes.toByteArray());
  }

  private static void write(ByteArrayOutputStream bytes, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length <= SHORT) {
      bytes.write(utf8.length);
    } else {
      bytes.write(SHORT + 1);
      bytes.write(utf8.length);
      bytes.write(utf8.length >>> 8);
      bytes.write(utf8.length >>> 16);
    }
    bytes.write(utf8, 0, utf8.length);
  }

  /** Computes XXH64 with seed 0. */
  static long xxh64(byte[] data) {
    int at = 0;
    long hash = PRIME_5;
    if (data.length >= 32) {
      long first = PRIME_2;
      first += PRIME_1;
      long second = PRIME_2;
      long third = 0;
      long fourth = -PRIME_1;
      for (; at <= data.length - 32; at += 32) {
        first = round(first, (long) LONG.get(data, at));
        second = round(second, (long) LONG.get(data, at + 8));
        third = round(third, (long) LONG.get(data, at + 16));
        fourth = round(fourth, (long) LONG.get(data, at + 24));
      }
      hash =
          Long.rotateLeft(first, 1)
              + Long.rotateLeft(second, 7)
              + Long.rotateLeft(third, 12)
              + Long.rotateLeft(fourth, 18);
      hash = merge(hash, first);
      hash = merge(hash, second);
      hash = merge(hash, third);
      hash = merge(hash, fourth);
    }
    hash += data.length;
    for (; at <= data.length - 8; at += 8) {
      hash ^= round(0, (long) LONG.get(data, at));
      hash = Long.rotateLeft(hash, 27) * PRIME_1 + PRIME_4;
    }
    if (at <= data.length - 4) {
      hash ^= ((int) INT.get(data, at) & 0xFFFFFFFFL) * PRIME_1;
      hash = Long.rotateLeft(hash, 23) * PRIME_2 + PRIME_3;
      at += 4;
    }
    for (; at < data.length; at++) {
      hash ^= (data[at] & 0xFF) * PRIME_5;
      hash = Long.rotateLeft(hash, 11) * PRIME_1;
    }
    hash = (hash ^ hash >>> 33) * PRIME_2;
    hash = (hash ^ hash >>> 29) * PRIME_3;
    return hash ^ hash >>> 32;
  }

  private static long round(long sum, long input) {
    return Long.rotateLeft(sum + input * PRIME_2, 31) * PRIME_1;
  }

  private static long merge(long hash, long sum) {
    return (hash ^ round(0, sum)) * PRIME_1 + PRIME_4;
  }
}
