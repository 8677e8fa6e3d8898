package dev.guanlan.promql;

/** Tells how a {@link Matcher} compares. */
public enum MatcherType {
  EQUAL("="),
  NOT_EQUAL("!="),
  REGEX("=~"),
  NOT_REGEX("!~");

  private final String text;

  MatcherType(String text) {
    this.text = text;
  }

  /** Returns the operator as PromQL writes it. */
  public String text() {
    return text;
  }
}
