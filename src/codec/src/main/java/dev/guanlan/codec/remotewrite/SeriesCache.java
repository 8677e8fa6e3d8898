package dev.guanlan.codec.remotewrite;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the labels and identity of series by the very bytes that named them, so that a series
 * which comes again costs a hash and a comparison.
 *
 * <p>Bounded by two generations: when the young one is full it becomes the old one, and what was
 * old and not asked for since is forgotten.
 */
final class SeriesCache {

  /**
   * Is one remembered series.
   *
   * @param hash hash of tenant and bytes
   * @param tenant whose series it is
   * @param bytes the label fields as sent
   * @param labels what they say
   * @param id the identity of {@code labels} for {@code tenant}
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared by its own method.
  record Entry(long hash, String tenant, byte[] bytes, Labels labels, SeriesId id) {
    boolean is(long otherHash, String otherTenant, byte[] other, int from, int to) {
      return hash == otherHash
          && Arrays.equals(bytes, 0, bytes.length, other, from, to)
          && tenant.equals(otherTenant);
    }
  }

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** How far from its place an entry may lie; colliding further ones are not remembered. */
  private static final int MAX_PROBES = 16;

  private final int maxEntries;
  private final long maxBytes;
  // Drawn anew each time, so that nobody can choose labels that all fall onto one place.
  private final long seed = new SplittableRandom().nextLong() | 1;
  private @Nullable Entry[] young;
  private @Nullable Entry[] old;
  private int youngEntries;
  private long youngBytes;

  /** Makes a cache that holds up to twice the given numbers. */
  SeriesCache(int maxEntries, long maxBytes) {
    this.maxEntries = maxEntries;
    this.maxBytes = maxBytes;
    young = new Entry[Integer.highestOneBit(Math.max(16, maxEntries) * 2 - 1) * 2];
    old = new Entry[young.length];
  }

  /** Returns how many series are remembered. */
  int size() {
    int size = 0;
    for (int i = 0; i < young.length; i++) {
      size += (young[i] == null ? 0 : 1) + (old[i] == null ? 0 : 1);
    }
    return size;
  }

  /** Computes the hash that {@link #get} and {@link #put} ask for. */
  long hash(String tenant, byte[] bytes, int from, int to) {
    long hash = seed ^ tenant.hashCode();
    int i = from;
    for (; i <= to - 8; i += 8) {
      hash = mix(hash ^ (long) LONG.get(bytes, i));
    }
    long rest = (long) to - from;
    for (; i < to; i++) {
      rest = (rest << 8) | (bytes[i] & 0xFF);
    }
    return mix(hash ^ rest);
  }

  private long mix(long value) {
    long product = value * ((seed ^ 0x9E3779B97F4A7C15L) | 1);
    return product ^ (product >>> 29);
  }

  @Nullable Entry get(long hash, String tenant, byte[] bytes, int from, int to) {
    Entry entry = find(young, hash, tenant, bytes, from, to);
    if (entry == null) {
      entry = find(old, hash, tenant, bytes, from, to);
      if (entry != null) {
        add(entry);
      }
    }
    return entry;
  }

  /** Remembers a series that {@link #get} did not find. */
  void put(long hash, String tenant, byte[] bytes, int from, int to, Labels labels, SeriesId id) {
    if (to - from <= maxBytes) {
      add(new Entry(hash, tenant, Arrays.copyOfRange(bytes, from, to), labels, id));
    }
  }

  private void add(Entry entry) {
    if (youngEntries >= maxEntries || youngBytes + entry.bytes.length > maxBytes) {
      @Nullable Entry[] forgotten = old;
      old = young;
      Arrays.fill(forgotten, null);
      young = forgotten;
      youngEntries = 0;
      youngBytes = 0;
    }
    int mask = young.length - 1;
    for (int probe = 0; probe < MAX_PROBES; probe++) {
      int slot = (int) (entry.hash >>> 32) + probe & mask;
      if (young[slot] == null) {
        young[slot] = entry;
        youngEntries++;
        youngBytes += entry.bytes.length;
        return;
      }
    }
  }

  private static @Nullable Entry find(
      @Nullable Entry[] table, long hash, String tenant, byte[] bytes, int from, int to) {
    int mask = table.length - 1;
    for (int probe = 0; probe < MAX_PROBES; probe++) {
      Entry entry = table[(int) (hash >>> 32) + probe & mask];
      if (entry == null) {
        return null;
      }
      if (entry.is(hash, tenant, bytes, from, to)) {
        return entry;
      }
    }
    return null;
  }
}
