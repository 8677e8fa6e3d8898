package dev.guanlan.connector.alertmanager;

/** Makes what others wrote fit into one line of a log. */
final class Texts {

  private Texts() {}

  static String shown(String text, int longest) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() > longest ? line.substring(0, longest) + "…" : line;
  }
}
