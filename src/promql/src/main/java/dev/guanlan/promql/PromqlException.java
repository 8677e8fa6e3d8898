package dev.guanlan.promql;

/** Says why a text is not a PromQL expression, and where. */
public final class PromqlException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int startOffset;
  private final int endOffset;

  /** Makes an exception about the part of the text at {@code position}. */
  public PromqlException(String message, Position position) {
    super(message);
    this.startOffset = position.start();
    this.endOffset = position.end();
  }

  /** Returns the offset of the first offending character, from 0. */
  public int startOffset() {
    return startOffset;
  }

  /** Returns the offset behind the last offending character. */
  public int endOffset() {
    return endOffset;
  }

  /**
   * Returns the message as Prometheus shows it, with line and column in front: {@code 1:5: parse
   * error: …}.
   *
   * @param text the text that was parsed
   */
  public String located(String text) {
    return new Position(startOffset, endOffset).lineAndColumn(text)
        + ": parse error: "
        + getMessage();
  }
}
