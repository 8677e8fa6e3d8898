package dev.guanlan.local.command.terminal;

import java.util.ArrayList;
import java.util.List;

/** Lays out rows in columns that are as wide as they need to be. */
public final class Table {

  private static final String GAP = "  ";

  private final boolean[] right;
  private final List<String[]> rows = new ArrayList<>();

  /**
   * Starts a table.
   *
   * @param columns one character a column: {@code <} for text, {@code >} for figures
   */
  public Table(String columns) {
    right = new boolean[columns.length()];
    for (int i = 0; i < right.length; i++) {
      right[i] = columns.charAt(i) == '>';
    }
  }

  /**
   * Adds a row; cells may hold colours.
   *
   * @throws IllegalArgumentException if the row has another number of cells than the table
   */
  public Table row(String... cells) {
    if (cells.length != right.length) {
      throw new IllegalArgumentException(
          "A row of " + cells.length + " cells in a table of " + right.length + " columns");
    }
    rows.add(cells.clone());
    return this;
  }

  /** Returns the lines, without trailing blanks. */
  public List<String> lines() {
    int[] widths = new int[right.length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], Style.width(row[i]));
      }
    }
    List<String> lines = new ArrayList<>();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        String blanks = " ".repeat(widths[i] - Style.width(row[i]));
        line.append(i == 0 ? "" : GAP)
            .append(right[i] ? blanks : "")
            .append(row[i])
            .append(right[i] ? "" : blanks);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
