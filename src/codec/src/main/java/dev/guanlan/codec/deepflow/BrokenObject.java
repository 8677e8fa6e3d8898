package dev.guanlan.codec.deepflow;

import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a JSON object in whose texts quotes were not escaped, such as {@code
 * "labels":"{"app":"cart"}","pod":"cart-1"}.
 *
 * <p>A text that begins like JSON ends where its braces are closed again. Any other ends at the
 * first quote that is followed by what can follow a value: the next column's name, the next
 * element, or the end. What is between is taken literally where it is no escape.
 */
final class BrokenObject {

  /** No column of the exporter has a longer name. */
  private static final int MAX_NAME = 80;

  private final String text;
  private final int end;
  private int position;

  /** How far braces may still be looked for: enough for any record, not for one made to be slow. */
  private long leftToBalance;

  BrokenObject(String payload) {
    text = payload.strip();
    end = text.length();
    leftToBalance = 4L * end;
  }

  Row read() throws MalformedPayloadException {
    if (end < 2 || text.charAt(0) != '{' || text.charAt(end - 1) != '}') {
      throw malformed("it is no JSON object");
    }
    position = 1;
    Row row = new Row();
    skipBlanks();
    while (position < end - 1) {
      String name = name();
      if (text.charAt(position) == '"') {
        row.putText(name, quoted(false));
      } else if (text.charAt(position) == '[') {
        row.putList(name, list());
      } else {
        scalar(row, name);
      }
      skipBlanks();
      if (position < end - 1) {
        expect(',');
      }
      skipBlanks();
    }
    return row;
  }

  private String name() throws MalformedPayloadException {
    expect('"');
    int from = position;
    int to = nameEnd(from);
    if (to < 0) {
      throw malformed("no column's name is at character " + from);
    }
    position = to + 1;
    skipBlanks();
    expect(':');
    skipBlanks();
    if (position >= end - 1) {
      throw malformed("the last column has no value");
    }
    return text.substring(from, to);
  }

  /** Returns where the quote behind a name is that begins at {@code from}; -1 if there is none. */
  private int nameEnd(int from) {
    int at = from;
    while (at < end && at - from <= MAX_NAME && isNamePart(text.charAt(at))) {
      at++;
    }
    return at > from && at < end && text.charAt(at) == '"' ? at : -1;
  }

  private static boolean isNamePart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  private List<String> list() throws MalformedPayloadException {
    expect('[');
    List<String> list = new ArrayList<>();
    skipBlanks();
    while (position < end && text.charAt(position) != ']') {
      if (text.charAt(position) == '"') {
        list.add(quoted(true));
      } else {
        list.add(plain());
      }
      skipBlanks();
      if (position < end && text.charAt(position) == ',') {
        position++;
        skipBlanks();
      }
    }
    expect(']');
    return list;
  }

  private void scalar(Row row, String name) throws MalformedPayloadException {
    String word = plain();
    switch (word) {
      case "true" -> row.putNumber(name, "1");
      case "false" -> row.putNumber(name, "0");
      case "null" -> {}
      default -> row.putNumber(name, word);
    }
  }

  /** Reads a number or a word. */
  private String plain() throws MalformedPayloadException {
    int from = position;
    while (position < end && ",]} \t\r\n".indexOf(text.charAt(position)) < 0) {
      position++;
    }
    String word = text.substring(from, position);
    boolean number = !word.isEmpty() && "-0123456789".indexOf(word.charAt(0)) >= 0;
    if (!number && !List.of("true", "false", "null").contains(word)) {
      throw malformed("there is no value at character " + from);
    }
    return word;
  }

  private String quoted(boolean element) throws MalformedPayloadException {
    expect('"');
    int balanced = balanced(position);
    if (balanced >= 0 && ends(balanced, element)) {
      String value = text.substring(position, balanced);
      position = balanced + 1;
      return value;
    }
    StringBuilder value = new StringBuilder();
    while (position < end) {
      char c = text.charAt(position);
      if (c == '"' && ends(position, element)) {
        position++;
        return value.toString();
      }
      if (c == '\\' && position + 1 < end) {
        position += Escape.append(text, position, value);
      } else {
        value.append(c);
        position++;
      }
    }
    throw malformed("a text has no end");
  }

  /**
   * Returns where the quote is behind the JSON that begins at {@code from}, by counting braces and
   * brackets; -1 if no JSON begins there, if it is never closed, or if its quotes are escaped, so
   * that it is a text like any other.
   */
  private int balanced(int from) {
    if (from >= end || "{[".indexOf(text.charAt(from)) < 0) {
      return -1;
    }
    int open = 0;
    boolean plainQuotes = false;
    for (int at = from; at < end && leftToBalance > 0; at++) {
      leftToBalance--;
      char c = text.charAt(at);
      if (c == '{' || c == '[') {
        open++;
      } else if (c == '}' || c == ']') {
        open--;
      } else if (c == '\\') {
        at++;
      } else if (c == '"') {
        plainQuotes = true;
      }
      if (open == 0) {
        return plainQuotes && at + 1 < end && text.charAt(at + 1) == '"' ? at + 1 : -1;
      }
    }
    return -1;
  }

  /** Returns whether a value can end with the quote at {@code quote}. */
  private boolean ends(int quote, boolean element) {
    int at = afterBlanks(quote + 1);
    if (at >= end) {
      return false;
    }
    char next = text.charAt(at);
    if (element) {
      return next == ',' ? charAfterBlanks(at + 1) == '"' : next == ']' && endsValue(at + 1);
    }
    return endsValue(quote + 1);
  }

  /** Returns whether what is at {@code from} can follow a column's value. */
  private boolean endsValue(int from) {
    int at = afterBlanks(from);
    if (at == end - 1) {
      return true;
    }
    if (at >= end || text.charAt(at) != ',' || charAfterBlanks(at + 1) != '"') {
      return false;
    }
    int nameEnd = nameEnd(afterBlanks(at + 1) + 1);
    return nameEnd >= 0 && charAfterBlanks(nameEnd + 1) == ':';
  }

  private int afterBlanks(int from) {
    int at = from;
    while (at < end && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at;
  }

  private char charAfterBlanks(int from) {
    int at = afterBlanks(from);
    return at < end ? text.charAt(at) : '\0';
  }

  private void skipBlanks() {
    position = afterBlanks(position);
  }

  private void expect(char wanted) throws MalformedPayloadException {
    if (position >= end || text.charAt(position) != wanted) {
      throw malformed("there is no " + wanted + " at character " + position);
    }
    position++;
  }

  private MalformedPayloadException malformed(String what) {
    return new MalformedPayloadException(
        "DeepFlow's record cannot be read even with allowance for quotes that are not escaped: %s, near %s; check what wrote it"
            .formatted(
                what, Excerpt.of(text.substring(Math.max(0, Math.min(position, end) - 40)))));
  }
}
