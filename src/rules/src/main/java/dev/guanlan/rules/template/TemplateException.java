package dev.guanlan.rules.template;

/** Says why a template cannot be read or expanded, and where. */
public final class TemplateException extends Exception {

  private static final long serialVersionUID = 1;

  private final int offset;

  TemplateException(String message, int offset) {
    super(message);
    this.offset = offset;
  }

  /** Returns the offset in the template of the offending character, from 0. */
  public int offset() {
    return offset;
  }
}
