package dev.guanlan.codec.series;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import java.util.Arrays;

/**
 * Remembers the labels and identity of series by the {@link Fingerprint} of what named them, so
 * that a series which comes again costs one look into a table of numbers.
 *
 * <p>Bounded by two generations: when the young one is full it becomes the old one, and what was
 * old and not asked for since is forgotten.
 */
final class SeriesTable {

  /** How far from its place a series may lie; colliding further ones are not remembered. */
  private static final int MAX_PROBES = 64;

  private static final int LEAST_SLOTS = 1 << 10;

  /** One generation: the fingerprint of slot {@code s} is at {@code 2 * s} of the keys. */
  private static final class Generation {
    private long[] keys;
    private Labels[] labels;
    private SeriesId[] ids;
    private int shift;
    private int entries;
    private long bytes;

    Generation(int slots) {
      keys = new long[2 * slots];
      labels = new Labels[slots];
      ids = new SeriesId[slots];
      shift = Long.numberOfLeadingZeros(slots) + 1;
    }

    // hot: reads one line of the keys for nearly every series there is.
    int find(long high, long low) {
      int mask = labels.length - 1;
      int slot = place(high, low);
      for (int probe = 0; probe < MAX_PROBES; probe++) {
        long there = keys[2 * slot];
        long behind = keys[2 * slot + 1];
        if (there == high && behind == low) {
          return slot;
        }
        if ((there | behind) == 0) {
          return -1;
        }
        slot = (slot + 1) & mask;
      }
      return -1;
    }

    private int place(long high, long low) {
      // The lowest bits of a product depend on few bits of its factors, the highest on all.
      return (int) (((high ^ low) * 0x9E3779B97F4A7C15L) >>> shift);
    }

    void add(long high, long low, Labels seriesLabels, SeriesId id, int size) {
      int mask = labels.length - 1;
      int slot = place(high, low);
      for (int probe = 0; probe < MAX_PROBES; probe++) {
        if (labels[slot] == null) {
          keys[2 * slot] = high;
          keys[2 * slot + 1] = low;
          labels[slot] = seriesLabels;
          ids[slot] = id;
          entries++;
          bytes += size;
          return;
        }
        slot = (slot + 1) & mask;
      }
    }

    /** Doubles the room; a table as great as the bound from the start would cost idle memory. */
    void grow() {
      Generation greater = new Generation(2 * labels.length);
      for (int slot = 0; slot < labels.length; slot++) {
        if (labels[slot] != null) {
          greater.add(keys[2 * slot], keys[2 * slot + 1], labels[slot], ids[slot], 0);
        }
      }
      keys = greater.keys;
      labels = greater.labels;
      ids = greater.ids;
      shift = greater.shift;
      entries = greater.entries;
    }

    void clear() {
      Arrays.fill(keys, 0);
      Arrays.fill(labels, null);
      Arrays.fill(ids, null);
      entries = 0;
      bytes = 0;
    }
  }

  private final int maxEntries;
  private final long maxBytes;
  private final SharedTexts texts = new SharedTexts();
  private Generation young = new Generation(LEAST_SLOTS);
  private Generation old = new Generation(LEAST_SLOTS);
  private Labels foundLabels = Labels.EMPTY;
  private SeriesId foundId = new SeriesId(0, 0);

  /** Makes a table that holds up to twice the given numbers. */
  SeriesTable(int maxEntries, long maxBytes) {
    this.maxEntries = maxEntries;
    this.maxBytes = maxBytes;
  }

  /** Returns how many series are remembered; one of both generations counts twice. */
  int size() {
    return young.entries + old.entries;
  }

  /**
   * Looks series up among the young ones, and tells the labels and identities of those that are
   * there. In two rounds of few steps each: a look into a table greater than the caches takes as
   * long as a hundred steps, and the processor has several of them under way where nothing else
   * stands between them.
   *
   * @param slots room for one number a series; afterwards negative where there is none
   */
  void findAll(
      long[] highs, long[] lows, int[] slots, int count, Labels[] toLabels, SeriesId[] toIds) {
    Generation generation = young;
    // hot: no call that is not inlined, no branch that is not foreseen.
    for (int i = 0; i < count; i++) {
      slots[i] = generation.find(highs[i], lows[i]);
    }
    for (int i = 0; i < count; i++) {
      int slot = slots[i];
      if (slot >= 0) {
        toLabels[i] = generation.labels[slot];
        toIds[i] = generation.ids[slot];
      }
    }
  }

  /** Looks a series up; returns whether {@link #labels} and {@link #id} are its now. */
  boolean find(long high, long low) {
    int slot = young.find(high, low);
    Generation generation = young;
    if (slot < 0) {
      slot = old.find(high, low);
      if (slot < 0) {
        return false;
      }
      generation = old;
    }
    Labels labels = generation.labels[slot];
    SeriesId id = generation.ids[slot];
    foundLabels = labels;
    foundId = id;
    if (generation == old) {
      put(high, low, labels, id, (int) (old.bytes / Math.max(1, old.entries)));
    }
    return true;
  }

  /** Returns the labels of the series found last. */
  Labels labels() {
    return foundLabels;
  }

  /** Returns the identity of the series found last. */
  SeriesId id() {
    return foundId;
  }

  /**
   * Remembers a series that {@link #find} did not find.
   *
   * @return its labels, of texts shared with other series
   */
  Labels put(long high, long low, Labels labels, SeriesId id) {
    Labels shared = texts.share(labels);
    put(high, low, shared, id, texts.bytes());
    return shared;
  }

  private void put(long high, long low, Labels labels, SeriesId id, int bytes) {
    if (bytes > maxBytes || (high | low) == 0) {
      return;
    }
    if (young.entries >= maxEntries || young.bytes + bytes > maxBytes) {
      Generation forgotten = old;
      old = young;
      forgotten.clear();
      young = forgotten;
    }
    if (2 * young.entries >= young.labels.length) {
      young.grow();
    }
    young.add(high, low, labels, id, bytes);
  }
}
