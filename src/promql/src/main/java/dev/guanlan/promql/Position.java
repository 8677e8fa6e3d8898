package dev.guanlan.promql;

/**
 * Locates a part of an expression in its text.
 *
 * @param start offset of its first character, from 0
 * @param end offset behind its last character
 */
public record Position(int start, int end) {

  /** Stands where an expression was not read from text. */
  public static final Position NONE = new Position(0, 0);

  /** Returns the position that begins with this one and ends with {@code last}. */
  public Position to(Position last) {
    return new Position(start, last.end);
  }
}
