package dev.guanlan.rules.yaml;

/** Shows a user's text in a message: quoted, escaped and not longer than a line. */
public final class Quoted {

  private static final int LONGEST = 120;

  private Quoted() {}

  /** Returns the text as it is to stand in a message. */
  public static String of(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      if (i == LONGEST) {
        quoted.append("…");
        break;
      }
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (Character.isISOControl(c)) {
            quoted.append(String.format("\\u%04x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
