package dev.guanlan.codec.histogram;

import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.HeapBudget;
import dev.guanlan.model.histogram.Buckets;
import java.util.Arrays;

/**
 * Collects the buckets of one side of a histogram, in ascending order, at a coarser resolution if
 * the sender's is finer than native histograms have. Empty buckets are left out. For one thread.
 */
public final class BucketsBuilder {

  /** Arrays up to this length are kept from one histogram to the next. */
  private static final int KEPT = 4096;

  /** What a bucket takes here, and again in what is built. */
  private static final int BYTES_A_BUCKET = 2 * (Integer.BYTES + Double.BYTES);

  private final HeapBudget budget;
  private int[] indexes = new int[64];
  private double[] counts = new double[64];
  private int size;
  private int shift;

  /**
   * Makes a builder; {@link #start} comes first.
   *
   * @param budget what room for buckets is taken from before it is made
   */
  public BucketsBuilder(HeapBudget budget) {
    this.budget = budget;
  }

  /**
   * Starts over.
   *
   * @param halvings how often the resolution is halved: two neighbours become one each time
   */
  public void start(int halvings) {
    if (indexes.length > KEPT) {
      indexes = new int[64];
      counts = new double[64];
    }
    shift = Math.min(halvings, Integer.SIZE - 1);
    size = 0;
  }

  /**
   * Adds a bucket.
   *
   * @param index the bucket's index, greater than those added before; the bucket ends at the base
   *     to this power
   * @param count observations in it
   * @throws MalformedPayloadException if there is no room for it
   */
  public void add(int index, double count) throws MalformedPayloadException {
    if (count == 0) {
      return;
    }
    // Bounds are upper ones: the buckets 1 and 2 become 1, 3 and 4 become 2.
    int coarse = ((index - 1) >> shift) + 1;
    if (size > 0 && indexes[size - 1] == coarse) {
      counts[size - 1] += count;
      return;
    }
    if (size == indexes.length) {
      budget.charge((long) size * BYTES_A_BUCKET);
      indexes = Arrays.copyOf(indexes, 2 * size);
      counts = Arrays.copyOf(counts, 2 * size);
    }
    indexes[size] = coarse;
    counts[size++] = count;
  }

  /** Returns how many buckets there are so far. */
  public int size() {
    return size;
  }

  /** Returns what was collected. */
  public Buckets build() {
    return Buckets.of(Arrays.copyOf(indexes, size), Arrays.copyOf(counts, size), size);
  }
}
