package dev.guanlan.promql.notation;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.guanlan.promql.Position;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.QuotedText;
import dev.guanlan.promql.Quoting;
import java.nio.CharBuffer;
import java.util.Locale;

/** Reads a line from left to right, and complains in the words of Prometheus. */
final class Cursor {

  private static final Pattern NUMBER =
      Pattern.compile("(?:[0-9][0-9_]*\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");

  private static final Pattern OCTAL = Pattern.compile("0[0-7]+");

  /** Longest piece of a string or number that a message quotes. */
  private static final int QUOTED = 10;

  private final String line;
  private int at;

  Cursor(String line) {
    this.line = line;
  }

  int offset() {
    return at;
  }

  boolean atEnd() {
    return at == line.length();
  }

  boolean sees(String text) {
    return line.startsWith(text, at);
  }

  boolean accept(String text) {
    boolean there = sees(text);
    at += there ? text.length() : 0;
    return there;
  }

  /** Moves on over a word if it is the whole one that stands here. */
  boolean acceptWord(String expected) {
    int start = at;
    boolean there = word(true).equals(expected);
    at = there ? at : start;
    return there;
  }

  /** Skips spaces; tells whether there were any. */
  boolean skipSpaces() {
    int start = at;
    while (at < line.length() && " \t\r\n".indexOf(line.charAt(at)) >= 0) {
      at++;
    }
    return at > start;
  }

  boolean seesLetter() {
    return at < line.length() && isLetter(line.charAt(at));
  }

  boolean seesQuote() {
    return at < line.length() && "\"'`".indexOf(line.charAt(at)) >= 0;
  }

  private boolean seesDigit(int ahead) {
    int index = at + ahead;
    return index < line.length() && line.charAt(index) >= '0' && line.charAt(index) <= '9';
  }

  boolean seesNumber() {
    return seesDigit(0) || (sees(".") && seesDigit(1));
  }

  /** Reads letters, digits and, if {@code colons}, colons. */
  String word(boolean colons) {
    int start = at;
    while (at < line.length()
        && (isLetter(line.charAt(at)) || seesDigit(0) || (colons && line.charAt(at) == ':'))) {
      at++;
    }
    return line.substring(start, at);
  }

  /** Reads letters only. */
  String letters() {
    int start = at;
    while (seesLetter()) {
      at++;
    }
    return line.substring(start, at);
  }

  String string() throws PromqlException {
    QuotedText quoted = QuotedText.read(line, at);
    at = quoted.end();
    return quoted.value();
  }

  /** Reads a number without a sign: digits, or Inf or NaN. */
  double number() throws PromqlException {
    int start = at;
    if (seesLetter()) {
      String word = word(false);
      switch (word.toLowerCase(Locale.ROOT)) {
        case "inf" -> {
          return Double.POSITIVE_INFINITY;
        }
        case "nan" -> {
          return Double.NaN;
        }
        default -> {
          at = start;
          throw unexpected("series values", "number or \"stale\"");
        }
      }
    }
    return value(digits(), start);
  }

  /** Returns what is left of the line, without copying it. */
  private CharSequence rest() {
    return CharBuffer.wrap(line, at, line.length());
  }

  /** Reads the text of a number. */
  private String digits() throws PromqlException {
    int start = at;
    Matcher number = NUMBER.matcher(rest());
    boolean found = number.lookingAt();
    at = found ? at + number.end() : Math.min(at + 1, line.length());
    boolean goesOn = seesLetter() && !sees("x");
    if (!found || goesOn || sees(".") || sees("_")) {
      throw error("bad number syntax: " + Quoting.quoted(line.substring(start, at)), start);
    }
    return line.substring(start, at);
  }

  private double value(String digits, int start) throws PromqlException {
    String plain = digits.replace("_", "");
    // As Go's strconv.ParseInt does with base 0.
    if (OCTAL.matcher(plain).matches() && plain.length() < 20) {
      return Long.parseLong(plain, 8);
    }
    if (!plain.equals(digits) && !plain.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw error(
          "error parsing number: strconv.ParseFloat: parsing "
              + Quoting.quoted(digits)
              + ": invalid syntax",
          start);
    }
    return Double.parseDouble(plain);
  }

  /** Reads how often something is repeated, or another integer without a sign. */
  long integer(String what) throws PromqlException {
    int start = at;
    String digits = seesNumber() ? digits() : "";
    if (digits.isEmpty()) {
      throw unexpected("series values", "");
    }
    boolean plain = digits.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!plain || digits.length() > 18) {
      throw error(
          what
              + ": strconv.ParseUint: parsing "
              + Quoting.quoted(digits)
              + (plain ? ": value out of range" : ": invalid syntax"),
          start);
    }
    return Long.parseLong(digits);
  }

  /** Complains about what comes next. */
  PromqlException unexpected(String context, String expected) {
    int start = at;
    String found = described();
    return error(
        "unexpected "
            + found
            + (context.isEmpty() ? "" : " in " + context)
            + (expected.isEmpty() ? "" : ", expected " + expected),
        start);
  }

  private String described() {
    if (atEnd()) {
      return "end of input";
    }
    if (seesLetter() && !sees("_")) {
      return "identifier " + Quoting.quoted(word(true));
    }
    if (seesNumber()) {
      Matcher number = NUMBER.matcher(rest());
      return "number " + shortened(number.lookingAt() ? number.group() : "");
    }
    if (seesQuote()) {
      int end = line.indexOf(line.charAt(at), at + 1);
      return "string " + shortened(line.substring(at, end < 0 ? line.length() : end + 1));
    }
    if (sees("+") || sees("-")) {
      return "<op:" + line.charAt(at) + ">";
    }
    return Quoting.quoted(
        sees("{{") || sees("}}") ? line.substring(at, at + 2) : line.substring(at, at + 1));
  }

  private static String shortened(String text) {
    return text.length() <= QUOTED
        ? Quoting.quoted(text)
        : Quoting.quoted(text.substring(0, QUOTED)) + "...";
  }

  PromqlException error(String message, int start) {
    return new PromqlException(message, new Position(start, line.length()));
  }

  private static boolean isLetter(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
