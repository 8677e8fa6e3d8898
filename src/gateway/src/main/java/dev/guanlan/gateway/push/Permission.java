package dev.guanlan.gateway.push;

/** Is what a client may be let in for. */
public enum Permission {
  /** To push what agents see. */
  PUSH("push", "push"),
  /** To read and change rules, which decide who is paged. */
  RULES("rules", "read and change rules");

  private final String text;
  private final String deed;

  Permission(String text, String deed) {
    this.text = text;
    this.deed = deed;
  }

  /** Returns what it is called in configuration. */
  public String text() {
    return text;
  }

  /** Returns what who has it may do, as a sentence goes on behind "may". */
  public String deed() {
    return deed;
  }
}
