package dev.guanlan.codec.protobuf;

import org.jspecify.annotations.Nullable;

/**
 * Gives the same String for the same short ASCII bytes, most of the time, so that names that every
 * series and span repeats are kept once. Of fixed size: a newcomer takes the place of whoever had
 * it.
 */
final class TextPool {

  private static final int SLOTS = 4096;
  private static final int MAX_LENGTH = 64;

  private final @Nullable String[] slots = new String[SLOTS];

  /** Returns the pooled text, or null if these bytes are too long or not plain ASCII. */
  @SuppressWarnings("deprecation") // The constructor without charset is exact for ASCII, and fast.
  @Nullable String get(byte[] bytes, int from, int length) {
    if (length > MAX_LENGTH) {
      return null;
    }
    int hash = length;
    int all = 0;
    for (int i = from; i < from + length; i++) {
      hash = hash * 31 + bytes[i];
      all |= bytes[i];
    }
    if (all < 0) {
      return null;
    }
    int slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    String pooled = slots[slot];
    if (pooled == null || !matches(pooled, bytes, from, length)) {
      pooled = new String(bytes, 0, from, length);
      slots[slot] = pooled;
    }
    return pooled;
  }

  private static boolean matches(String text, byte[] bytes, int from, int length) {
    if (text.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (text.charAt(i) != bytes[from + i]) {
        return false;
      }
    }
    return true;
  }
}
