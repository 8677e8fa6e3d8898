package dev.guanlan.promql;

import java.nio.charset.StandardCharsets;

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

  /**
   * Returns line and column where it begins, from 1, like {@code 2:5}. As in Prometheus, a column
   * is a byte of UTF-8.
   *
   * @param text what the position is in
   */
  public String lineAndColumn(String text) {
    String before = text.substring(0, start);
    long line = before.chars().filter(c -> c == '\n').count() + 1;
    String column = before.substring(before.lastIndexOf('\n') + 1);
    return line + ":" + (column.getBytes(StandardCharsets.UTF_8).length + 1);
  }
}
