package dev.guanlan.codec.series;

import dev.guanlan.model.Labels;

/**
 * Remembers the labels and identity of series by the {@link Fingerprint} of what named them, so
 * that a series which comes again costs a comparison of numbers.
 *
 * <p>Bounded by two generations: when the young one is full it becomes the old one, and what was
 * old and not asked for since is forgotten. For one thread at a time, but for {@link #young}.
 */
final class SeriesTable {

  private static final int LEAST_CAPACITY = 1 << 9;

  private final int maxEntries;
  private final long maxBytes;
  private final SharedTexts texts = new SharedTexts();
  private volatile SeriesGeneration young = new SeriesGeneration(LEAST_CAPACITY);
  private SeriesGeneration old = new SeriesGeneration(1);
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
    return young.size() + old.size();
  }

  /** Returns the young generation, in which any thread may look. */
  SeriesGeneration young() {
    return young;
  }

  /**
   * Looks a series up; returns whether {@link #labels}, {@link #idHigh} and {@link #idLow} are its
   * now.
   */
  boolean find(long high, long low) {
    SeriesGeneration generation = young;
    int series = generation.find(high, low, generation.size());
    if (series < 0) {
      generation = old;
      series = generation.find(high, low, generation.size());
      if (series < 0) {
        return false;
      }
    }
    foundLabels = generation.labels(series);
    foundIdHigh = generation.idHigh(series);
    foundIdLow = generation.idLow(series);
    if (generation == old) {
      int heap = (int) (old.bytes() / old.size());
      put(high, low, foundLabels, foundIdHigh, foundIdLow, old.length(series), heap);
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
   * @param length how many bytes named it, or 0 if other things did
   * @return its labels, of texts shared with other series
   */
  Labels put(long high, long low, Labels labels, long idHigh, long idLow, int length) {
    Labels shared = texts.share(labels);
    put(high, low, shared, idHigh, idLow, length, texts.bytes());
    return shared;
  }

  private void put(
      long high, long low, Labels labels, long idHigh, long idLow, int length, int heap) {
    if (heap > maxBytes) {
      return;
    }
    SeriesGeneration generation = young;
    if (generation.size() >= maxEntries || generation.bytes() + heap > maxBytes) {
      old = generation;
      generation = new SeriesGeneration(generation.capacity());
    } else if (generation.isFull()) {
      generation = generation.grown();
    }
    generation.add(high, low, labels, idHigh, idLow, length, heap);
    young = generation;
  }
}
