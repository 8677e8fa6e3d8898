package dev.guanlan.promql;

/** Tells what may name a label: any text of at least one character. */
public final class LabelNames {

  private LabelNames() {}

  /** Tells whether a label can have this name: one that is not empty and is valid Unicode. */
  public static boolean isValid(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (QuotedText.isLoneSurrogate(name, i)) {
        return false;
      }
    }
    return !name.isEmpty();
  }
}
