package dev.guanlan.codec.series;

import dev.guanlan.model.Labels;
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

  /**
   * One generation. Four numbers of slot {@code s}, in one line of a processor's cache, begin at
   * {@code 4 * s} of the keys: its fingerprint and the identity of the series.
   */
  private static final class Generation {
    private long[] keys;
    private Labels[] labels;
    private int shift;
    private int entries;
    private long bytes;

    Generation(int slots) {
      keys = new long[4 * slots];
      labels = new Labels[slots];
      shift = Long.numberOfLeadingZeros(slots) + 1;
    }

    // hot: reads one line of the keys for nearly every series there is.
    int find(long high, long low) {
      int mask = labels.length - 1;
      int slot = place(high, low);
      for (int probe = 0; probe < MAX_PROBES; probe++) {
        long there = keys[4 * slot];
        long behind = keys[4 * slot + 1];
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

    void add(long high, long low, Labels seriesLabels, long idHigh, long idLow, int size) {
      int mask = labels.length - 1;
      int slot = place(high, low);
      for (int probe = 0; probe < MAX_PROBES; probe++) {
        if (labels[slot] == null) {
          keys[4 * slot] = high;
          keys[4 * slot + 1] = low;
          keys[4 * slot + 2] = idHigh;
          keys[4 * slot + 3] = idLow;
          labels[slot] = seriesLabels;
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
          greater.add(
              keys[4 * slot],
              keys[4 * slot + 1],
              labels[slot],
              keys[4 * slot + 2],
              keys[4 * slot + 3],
              0);
        }
      }
      keys = greater.keys;
      labels = greater.labels;
      shift = greater.shift;
      entries = greater.entries;
    }

    void clear() {
      Arrays.fill(keys, 0);
      Arrays.fill(labels, null);
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
  private long foundIdHigh;
  private long foundIdLow;

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
  void findAll(long[] highs, long[] lows, int[] slots, int count, Labels[] toLabels, long[] toIds) {
    Generation generation = young;
    // hot: no call that is not inlined, no branch that is not foreseen.
    for (int i = 0; i < count; i++) {
      slots[i] = generation.find(highs[i], lows[i]);
    }
    for (int i = 0; i < count; i++) {
      int slot = slots[i];
      if (slot >= 0) {
        toLabels[i] = generation.labels[slot];
        toIds[2 * i] = generation.keys[4 * slot + 2];
        toIds[2 * i + 1] = generation.keys[4 * slot + 3];
      }
    }
  }

  /**
   * Looks a series up; returns whether {@link #labels}, {@link #idHigh} and {@link #idLow} are its
   * now.
   */
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
    foundLabels = labels;
    foundIdHigh = generation.keys[4 * slot + 2];
    foundIdLow = generation.keys[4 * slot + 3];
    if (generation == old) {
      put(high, low, labels, foundIdHigh, foundIdLow, (int) (old.bytes / Math.max(1, old.entries)));
    }
    return true;
  }

  /** Returns the labels of the series found last. */
  Labels labels() {
    return foundLabels;
  }

  /** Returns the first half of the identity of the series found last. */
  long idHigh() {
    return foundIdHigh;
  }

  /** Returns the other half. */
  long idLow() {
    return foundIdLow;
  }

  /**
   * Remembers a series that {@link #find} did not find.
   *
   * @return its labels, of texts shared with other series
   */
  Labels put(long high, long low, Labels labels, long idHigh, long idLow) {
    Labels shared = texts.share(labels);
    put(high, low, shared, idHigh, idLow, texts.bytes());
    return shared;
  }

  private void put(long high, long low, Labels labels, long idHigh, long idLow, int bytes) {
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
    young.add(high, low, labels, idHigh, idLow, bytes);
  }
}
