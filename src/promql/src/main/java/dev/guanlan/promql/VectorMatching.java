package dev.guanlan.promql;

import java.util.List;

/**
 * Tells which series of two vectors belong together.
 *
 * @param cardinality how many series of each side may share a signature
 * @param on whether {@code labels} are the only ones compared, instead of the ones ignored
 * @param labels names of labels compared or ignored
 * @param include names of labels that the "many" side takes from the "one" side
 */
public record VectorMatching(
    Cardinality cardinality, boolean on, List<String> labels, List<String> include) {

  /** How many series of each side may share a signature. */
  public enum Cardinality {
    ONE_TO_ONE,
    /** {@code group_left}. */
    MANY_TO_ONE,
    /** {@code group_right}. */
    ONE_TO_MANY,
    /** {@code and}, {@code or}, {@code unless}. */
    MANY_TO_MANY
  }

  /** Matches one to one by all labels. */
  public static final VectorMatching DEFAULT =
      new VectorMatching(Cardinality.ONE_TO_ONE, false, List.of(), List.of());

  /** Copies the lists. */
  public VectorMatching {
    labels = List.copyOf(labels);
    include = List.copyOf(include);
  }

  /** Returns the same with another cardinality. */
  public VectorMatching with(Cardinality other) {
    return new VectorMatching(other, on, labels, include);
  }
}
