package dev.guanlan.codec.deepflow;

import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds the columns of one record. Numbers stay the text they were, so that 64-bit ids keep all
 * their digits. Of a name that comes twice the first counts: the exporter writes what nobody can
 * forge before what applications name.
 */
final class Row {

  /**
   * Is what a column holds.
   *
   * @param text the text, or the number as written; empty for a list
   * @param number whether it was a number
   * @param list the texts of a list; null if it is none
   */
  private record Cell(String text, boolean number, @Nullable List<String> list) {}

  private final Map<String, Cell> cells = new LinkedHashMap<>();

  void putText(String name, String value) {
    cells.putIfAbsent(name, new Cell(value, false, null));
  }

  void putNumber(String name, String digits) {
    cells.putIfAbsent(name, new Cell(digits, true, null));
  }

  void putList(String name, List<String> values) {
    cells.putIfAbsent(name, new Cell("", false, values));
  }

  Set<String> columns() {
    return cells.keySet();
  }

  boolean isNumber(String name) {
    Cell cell = cells.get(name);
    return cell != null && cell.number;
  }

  /** Returns the first of the columns that is there and not empty; the empty string if none is. */
  String text(String... names) {
    for (String name : names) {
      Cell cell = cells.get(name);
      if (cell != null && !cell.text.isEmpty()) {
        return cell.text;
      }
    }
    return "";
  }

  /** Returns the texts of a column; none if it is not there. */
  List<String> list(String name) {
    Cell cell = cells.get(name);
    return cell == null || cell.list == null ? List.of() : cell.list;
  }

  /** Returns whether a tag names something: it is there, and no id 0, which means nothing. */
  boolean has(String name) {
    String text = text(name);
    return !text.isEmpty() && !text.equals("0");
  }

  /** Returns the sum of columns that are there; 0 if none is. */
  long sum(String... names) throws MalformedPayloadException {
    long sum = 0;
    for (String name : names) {
      sum += number(name);
    }
    return sum;
  }

  /**
   * Returns a column as a whole number; 0 if it is not there.
   *
   * @throws MalformedPayloadException if it is no number, or does not fit into 64 bits
   */
  long number(String name) throws MalformedPayloadException {
    String text = text(name);
    if (text.isEmpty()) {
      return 0;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException notWhole) {
      double value = real(name);
      if (Math.abs(value) < 0x1p63) {
        return (long) value;
      }
      throw wrong(name, text, notWhole);
    }
  }

  /** Returns a column as a number; 0 if it is not there. */
  double real(String name) throws MalformedPayloadException {
    String text = text(name);
    if (text.isEmpty()) {
      return 0;
    }
    try {
      double value = Double.parseDouble(text);
      if (Double.isFinite(value)) {
        return value;
      }
      throw wrong(name, text, null);
    } catch (NumberFormatException e) {
      throw wrong(name, text, e);
    }
  }

  /** Returns a column as a port; 0 if it is not there. */
  int port(String name) throws MalformedPayloadException {
    long port = number(name);
    if (port < 0 || port > 65_535) {
      throw wrong(name, text(name), null);
    }
    return (int) port;
  }

  private static MalformedPayloadException wrong(
      String name, String text, @Nullable Throwable cause) {
    String message =
        "the column %s of DeepFlow's record is %s, which is no number it can be; check what wrote it"
            .formatted(name, Excerpt.of(text));
    return cause == null
        ? new MalformedPayloadException(message)
        : new MalformedPayloadException(message, cause);
  }
}
