package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Makes labels of rows from those of other rows, only when those are others than before, and finds
 * rows that come to have the same.
 */
final class DerivedLabels {

  private static final Labels[] NONE = {};

  private final UnaryOperator<Labels> derivation;
  private Labels[] source = NONE;
  private Labels[] derived = NONE;
  private IdentityHashMap<Labels, Labels> known = new IdentityHashMap<>();

  /** The first row with the same labels, for each row; empty if all are distinct. */
  private int[] twins = {};

  private int[] holders = {};

  DerivedLabels(UnaryOperator<Labels> derivation) {
    this.derivation = derivation;
  }

  static DerivedLabels nameless() {
    return new DerivedLabels(LabelSets::withoutMetadata);
  }

  /** Returns the labels that follow from others; the same array for the same array. */
  Labels[] of(Labels[] labels) {
    if (labels != source) {
      IdentityHashMap<Labels, Labels> next = new IdentityHashMap<>(labels.length * 2);
      Labels[] made = new Labels[labels.length];
      for (int row = 0; row < made.length; row++) {
        Labels before = known.get(labels[row]);
        made[row] = before == null ? derivation.apply(labels[row]) : before;
        next.put(labels[row], made[row]);
      }
      known = next;
      source = labels;
      derived = made;
      twins = twins(made);
      holders = new int[twins.length];
    }
    return derived;
  }

  /** Returns the first row of the same labels for each row; nothing if all are distinct. */
  static int[] twins(Labels[] labels) {
    Map<Labels, Integer> first = new HashMap<>(labels.length * 2);
    int[] twins = new int[labels.length];
    boolean distinct = true;
    for (int row = 0; row < labels.length; row++) {
      Integer earlier = first.putIfAbsent(labels[row], row);
      distinct &= earlier == null;
      twins[row] = earlier == null ? row : earlier;
    }
    return distinct ? new int[0] : twins;
  }

  /** Tells whether no two rows of the same labels have values. */
  boolean areDistinct(double[] values) {
    return areDistinct(twins, holders, values);
  }

  /**
   * Tells whether no two rows of the same labels have values.
   *
   * @param twins as {@link #twins(Labels[])} returns it
   * @param holders room for as many
   */
  static boolean areDistinct(int[] twins, int[] holders, double[] values) {
    if (twins.length == 0) {
      return true;
    }
    Arrays.fill(holders, 0);
    for (int row = 0; row < twins.length; row++) {
      if (!StepMatrix.isAbsent(values[row]) && holders[twins[row]]++ > 0) {
        return false;
      }
    }
    return true;
  }
}
