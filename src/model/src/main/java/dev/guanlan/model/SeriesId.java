package dev.guanlan.model;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Identifies a series, or a log stream, across modules, jobs, tables and releases: a 128-bit hash
 * of its tenant and its sorted labels.
 *
 * <p>The hash is MurmurHash3 x64 128 (seed 0) over the UTF-8 bytes of the tenant and then of every
 * label name and value in order, each followed by one byte 0xFF, which occurs in no UTF-8 text.
 *
 * @param high the first 64 bits of the hash
 * @param low the other 64 bits
 */
public record SeriesId(long high, long low) implements Comparable<SeriesId> {

  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] SEPARATOR = {(byte) 0xFF};

  /** Computes the identity of the series that {@code labels} name for {@code tenant}. */
  public static SeriesId of(String tenant, Labels labels) {
    Hash128 hash = new Hash128();
    update(hash, tenant);
    for (int i = 0; i < labels.size(); i++) {
      update(hash, labels.name(i));
      update(hash, labels.value(i));
    }
    return hash.finish();
  }

  private static void update(Hash128 hash, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    hash.update(bytes, 0, bytes.length);
    hash.update(SEPARATOR, 0, 1);
  }

  /** Returns the 32 lower-case hexadecimal digits of this identity, high bits first. */
  public String toHex() {
    return HEX.toHexDigits(high) + HEX.toHexDigits(low);
  }

  @Override
  public int compareTo(SeriesId other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  @Override
  public int hashCode() {
    return (int) (high ^ (high >>> 32));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SeriesId id && id.high == high && id.low == low;
  }

  @Override
  public String toString() {
    return toHex();
  }
}
