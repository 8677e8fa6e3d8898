package dev.guanlan.codec.protobuf;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.model.Labels;
import java.util.Arrays;

/**
 * Collects labels or attributes one by one, in arrays that are used again. A name that repeats has
 * the value given last; one without a name or without a value is none.
 */
public final class LabelCollector {

  private final DecoderLimits limits;
  private final HeapBudget budget;
  private String[] pairs = new String[32];
  private int size;

  /** Makes a collector that takes no more than the limits allow, and charges the budget for it. */
  public LabelCollector(DecoderLimits limits, HeapBudget budget) {
    this.limits = limits;
    this.budget = budget;
  }

  /** Forgets what was collected. */
  public void clear() {
    Arrays.fill(pairs, 0, 2 * size, null);
    size = 0;
  }

  /** Returns how many were added or, after {@link #sort}, how many of them count. */
  public int size() {
    return size;
  }

  /** Returns the name of the {@code index}-th. */
  public String name(int index) {
    return pairs[2 * index];
  }

  /** Returns the value of the {@code index}-th. */
  public String value(int index) {
    return pairs[2 * index + 1];
  }

  /**
   * Adds one.
   *
   * @throws MalformedPayloadException if there are as many as are allowed
   */
  public void add(String name, String value) throws MalformedPayloadException {
    if (name.isEmpty()) {
      return;
    }
    if (size == limits.maxLabels()) {
      throw new MalformedPayloadException(
          "one resource or entry has more than "
              + limits.maxLabels()
              + " labels or attributes, which is a fixed limit, beginning with "
              + Excerpt.of(pairs[0])
              + "; send fewer");
    }
    if (pairs.length < 2 * size + 2) {
      pairs = Arrays.copyOf(pairs, 2 * pairs.length);
    }
    pairs[2 * size] = name;
    pairs[2 * size + 1] = value;
    size++;
  }

  /** Puts what was added in ascending order of names and drops what does not count. */
  public void sort() {
    // By insertion, which keeps the order of equal names; there are few.
    for (int i = 1; i < size; i++) {
      String name = pairs[2 * i];
      String value = pairs[2 * i + 1];
      int hole = i;
      while (hole > 0 && pairs[2 * hole - 2].compareTo(name) > 0) {
        pairs[2 * hole] = pairs[2 * hole - 2];
        pairs[2 * hole + 1] = pairs[2 * hole - 1];
        hole--;
      }
      pairs[2 * hole] = name;
      pairs[2 * hole + 1] = value;
    }
    int kept = 0;
    for (int i = 0; i < size; i++) {
      boolean repeats = i + 1 < size && pairs[2 * i].equals(pairs[2 * i + 2]);
      if (!repeats && !pairs[2 * i + 1].isEmpty()) {
        pairs[2 * kept] = pairs[2 * i];
        pairs[2 * kept + 1] = pairs[2 * i + 1];
        kept++;
      }
    }
    Arrays.fill(pairs, 2 * kept, 2 * size, null);
    size = kept;
  }

  /** Returns what was collected since {@link #clear}, and clears. */
  public Labels take() throws MalformedPayloadException {
    if (size == 0) {
      return Labels.EMPTY;
    }
    sort();
    Labels labels = Labels.of(Arrays.copyOf(pairs, 2 * size));
    budget.charge(48 + 16L * size);
    clear();
    return labels;
  }
}
