package dev.guanlan.promql;

/** Tells what an expression evaluates to; named as Prometheus names them in its messages. */
public enum ValueType {
  SCALAR("scalar"),
  INSTANT_VECTOR("instant vector"),
  RANGE_VECTOR("range vector"),
  STRING("string");

  private final String text;

  ValueType(String text) {
    this.text = text;
  }

  /** Returns the type as messages write it. */
  public String text() {
    return text;
  }
}
