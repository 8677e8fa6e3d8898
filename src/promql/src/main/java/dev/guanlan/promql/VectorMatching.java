package dev.guanlan.promql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells which series of two vectors belong together.
 *
 * @param cardinality how many series of each side may share a signature
 * @param on whether {@code labels} are the only ones compared, instead of the ones ignored
 * @param labels names of labels compared or ignored
 * @param include names of labels that the "many" side takes from the "one" side
 * @param fillLeft value of a series that is missing on the left, or null if none is filled in
 * @param fillRight value of a series that is missing on the right, or null if none is filled in
 */
public record VectorMatching(
    Cardinality cardinality,
    boolean on,
    List<String> labels,
    List<String> include,
    @Nullable Double fillLeft,
    @Nullable Double fillRight) {

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

  /** Makes a matching that fills nothing in. */
  public VectorMatching(
      Cardinality cardinality, boolean on, List<String> labels, List<String> include) {
    this(cardinality, on, labels, include, null, null);
  }

  /** Returns the same with another cardinality. */
  public VectorMatching with(Cardinality other) {
    return new VectorMatching(other, on, labels, include, fillLeft, fillRight);
  }

  /** Tells whether series are filled in on either side. */
  public boolean fills() {
    return fillLeft != null || fillRight != null;
  }
}
