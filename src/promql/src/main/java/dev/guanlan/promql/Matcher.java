package dev.guanlan.promql;

import dev.guanlan.model.Labels;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Chooses series by the value of one label. A missing label has the empty value. Immutable. */
public final class Matcher {

  /** How the label is called that chooses the results of leaves. */
  public static final String LEAF_NAME = "__leaf__";

  /** Says that a matcher asks for no leaf. */
  public static final int NO_LEAF = -1;

  private final String name;
  private final MatcherType type;
  private final String value;
  private final @Nullable AnchoredRegex regex;

  /** Which leaf it asks for, or {@link #NO_LEAF}. */
  private final int leaf;

  /**
   * Makes a matcher.
   *
   * @throws IllegalArgumentException if {@code value} should be a regular expression and is not one
   */
  public Matcher(String name, MatcherType type, String value) {
    this.name = name;
    this.type = type;
    this.value = value;
    this.regex =
        type == MatcherType.REGEX || type == MatcherType.NOT_REGEX
            ? new AnchoredRegex(value)
            : null;
    this.leaf = NO_LEAF;
  }

  private Matcher(int leaf) {
    this.name = LEAF_NAME;
    this.type = MatcherType.EQUAL;
    this.value = String.valueOf(leaf);
    this.regex = null;
    this.leaf = leaf;
  }

  /**
   * Makes a matcher that chooses the results of a leaf of a decomposed expression. It is printed
   * like one that a text can say, but no text says it: it is equal to no parsed matcher.
   *
   * @param number the leaf, from 0
   */
  public static Matcher ofLeaf(int number) {
    return new Matcher(number);
  }

  /** Returns which leaf the matcher asks for, or {@link #NO_LEAF}. */
  public int leaf() {
    return leaf;
  }

  /** Tells whether {@code labels} satisfy every one of {@code matchers}. */
  public static boolean allMatch(List<Matcher> matchers, Labels labels) {
    for (int i = 0; i < matchers.size(); i++) {
      Matcher matcher = matchers.get(i);
      if (!matcher.matches(labels.getOrEmpty(matcher.name))) {
        return false;
      }
    }
    return true;
  }

  /** Returns the name of the label. */
  public String name() {
    return name;
  }

  /** Returns how it compares. */
  public MatcherType type() {
    return type;
  }

  /** Returns the value or pattern compared with. */
  public String value() {
    return value;
  }

  /** Tells whether a label with this value is chosen. */
  public boolean matches(String candidate) {
    return switch (type) {
      case EQUAL -> value.equals(candidate);
      case NOT_EQUAL -> !value.equals(candidate);
      case REGEX -> Objects.requireNonNull(regex).matches(candidate);
      case NOT_REGEX -> !Objects.requireNonNull(regex).matches(candidate);
    };
  }

  /** Tells whether series without the label are chosen. */
  public boolean matchesEmpty() {
    return matches("");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Matcher matcher
        && name.equals(matcher.name)
        && type == matcher.type
        && leaf == matcher.leaf
        && value.equals(matcher.value);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, type, value);
  }

  /** Returns the matcher as PromQL writes it. */
  @Override
  public String toString() {
    return Printer.labelName(name) + type.text() + Quoting.quoted(value);
  }
}
