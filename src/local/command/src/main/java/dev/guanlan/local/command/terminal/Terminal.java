package dev.guanlan.local.command.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes lines for people: lines that stay, and below them lines that are drawn again in place
 * where the output is a terminal. Safe for many threads.
 */
public final class Terminal {

  private static final String UP_AND_CLEAR = "\u001B[%dA\u001B[J";
  private static final String HIDE_CURSOR = "\u001B[?25l";
  private static final String SHOW_CURSOR = "\u001B[?25h";
  private static final int USUAL_WIDTH = 80;

  private final PrintStream out;
  private final boolean live;
  private final int width;
  private final Style style;
  private List<String> drawn = List.of();
  private boolean hidden;

  /**
   * Creates a terminal.
   *
   * @param live whether lines can be drawn again
   * @param width columns that live lines are cut to
   */
  public Terminal(PrintStream out, boolean live, int width, Style style) {
    this.out = out;
    this.live = live;
    this.width = width;
    this.style = style;
  }

  /**
   * Opens standard output.
   *
   * @param environment tells by GUANLAN_TERMINAL_WIDTH, which the launcher sets, whether the output
   *     is a terminal; by TERM, NO_COLOR and the locale's variables what it can show
   */
  public static Terminal standard(Map<String, String> environment) {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    String columns = environment.getOrDefault("GUANLAN_TERMINAL_WIDTH", "");
    boolean terminal =
        columns.matches("[0-9]{1,4}") && !"dumb".equals(environment.getOrDefault("TERM", "dumb"));
    boolean colours = terminal && environment.getOrDefault("NO_COLOR", "").isEmpty();
    int width = terminal ? Integer.parseInt(columns) : USUAL_WIDTH;
    return new Terminal(
        out,
        terminal,
        width < 20 ? USUAL_WIDTH : width,
        new Style(colours, terminal && speaksUnicode(environment)));
  }

  /** Returns what it can show. */
  public Style style() {
    return style;
  }

  /** Tells whether lines can be drawn again. */
  public boolean live() {
    return live;
  }

  /** Returns the number of columns. */
  public int width() {
    return width;
  }

  /** Writes a line that stays, above those that are drawn again. */
  public synchronized void line(String text) {
    List<String> below = drawn;
    erase();
    out.println(text);
    if (!below.isEmpty()) {
      draw(below);
    }
    out.flush();
  }

  /** Writes lines that stay. */
  public synchronized void lines(List<String> texts) {
    texts.forEach(this::line);
  }

  /** Draws lines in place of those that were drawn last; does nothing where that cannot be. */
  public synchronized void draw(List<String> lines) {
    if (!live) {
      return;
    }
    StringBuilder text = new StringBuilder();
    if (!hidden) {
      text.append(HIDE_CURSOR);
      hidden = true;
    }
    if (!drawn.isEmpty()) {
      text.append(String.format(Locale.ROOT, UP_AND_CLEAR, drawn.size()));
    }
    for (String line : lines) {
      text.append(Style.cut(line, width - 1)).append('\n');
    }
    out.print(text);
    out.flush();
    drawn = List.copyOf(lines);
  }

  /** Takes the lines away that are drawn again. */
  public synchronized void erase() {
    if (!drawn.isEmpty()) {
      out.print(String.format(Locale.ROOT, UP_AND_CLEAR, drawn.size()));
      drawn = List.of();
    }
    showCursor();
  }

  /** Lets the lines that were drawn last stay. */
  public synchronized void settle() {
    drawn = List.of();
    showCursor();
  }

  private void showCursor() {
    if (hidden) {
      out.print(SHOW_CURSOR);
      out.flush();
      hidden = false;
    }
  }

  private static boolean speaksUnicode(Map<String, String> environment) {
    for (String variable : List.of("LC_ALL", "LC_CTYPE", "LANG")) {
      String value = environment.getOrDefault(variable, "");
      if (!value.isEmpty()) {
        return value.toLowerCase(Locale.ROOT).replace("-", "").contains("utf8");
      }
    }
    return false;
  }
}
