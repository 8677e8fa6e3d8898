package dev.guanlan.local.command.terminal;

import java.util.regex.Pattern;

/**
 * Colours text, where the terminal shows colours; else leaves it as it is.
 *
 * @param colours whether escape sequences for colours are understood and wanted
 * @param symbols whether characters beyond ASCII are
 */
public record Style(boolean colours, boolean symbols) {

  /** Plain text for pipes, files and old terminals. */
  public static final Style PLAIN = new Style(false, false);

  private static final Pattern ESCAPE = Pattern.compile("\u001B\\[[0-9;]*m");

  /** Says that all is well. */
  public String good(String text) {
    return sgr("32", text);
  }

  /** Says that something is on its way, or may become bad. */
  public String warn(String text) {
    return sgr("33", text);
  }

  /** Says that something is wrong. */
  public String bad(String text) {
    return sgr("31;1", text);
  }

  /** Steps back: less important than what is around it. */
  public String dim(String text) {
    return sgr("2", text);
  }

  /** Stands out. */
  public String bold(String text) {
    return sgr("1", text);
  }

  /** Returns the mark of something that succeeded. */
  public String tick() {
    return good(symbols ? "✓" : "ok");
  }

  /** Returns the mark of something that failed. */
  public String cross() {
    return bad(symbols ? "✗" : "!!");
  }

  /** Returns what stands between things of one line. */
  public String dot() {
    return symbols ? " · " : ", ";
  }

  /** Returns an arrow from a cause to an effect. */
  public String arrow() {
    return symbols ? " → " : " -> ";
  }

  /** Returns how many columns a text takes, escape sequences not counted. */
  public static int width(String text) {
    String bare = ESCAPE.matcher(text).replaceAll("");
    return bare.codePointCount(0, bare.length());
  }

  /** Cuts a text to so many columns and closes its colours. */
  public static String cut(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    StringBuilder kept = new StringBuilder();
    int seen = 0;
    int i = 0;
    boolean escaped = false;
    while (i < text.length() && seen < columns) {
      if (text.charAt(i) == '\u001B') {
        int end = text.indexOf('m', i);
        kept.append(text, i, end + 1);
        i = end + 1;
        escaped = true;
      } else {
        int code = text.codePointAt(i);
        kept.appendCodePoint(code);
        i += Character.charCount(code);
        seen++;
      }
    }
    return escaped ? kept + "\u001B[0m" : kept.toString();
  }

  private String sgr(String code, String text) {
    return colours && !text.isEmpty() ? "\u001B[" + code + "m" + text + "\u001B[0m" : text;
  }
}
