package dev.guanlan.promql;

/**
 * Finds where a number or duration ends. Takes what looks like one, as the lexer of Prometheus
 * does; whether it is one turns out when it is read.
 */
final class NumberScanner {

  private static final String DECIMAL = "0123456789";
  private static final String HEXADECIMAL = "0123456789abcdefABCDEF";

  private final String input;
  private int at;

  NumberScanner(String input, int start) {
    this.input = input;
    this.at = start;
  }

  /** Returns the offset behind what has been scanned. */
  int end() {
    return at;
  }

  /** Scans decimal, octal and hexadecimal integers, and decimal fractions with exponents. */
  boolean scanNumber() {
    int start = at;
    String digits = DECIMAL;
    if (accept("0") && accept("xX")) {
      accept("_");
      digits = HEXADECIMAL;
    }
    accept(".");
    accept(digits);
    boolean point = false;
    boolean exponent = false;
    while (is(digits) || is("._eE")) {
      if ((point && is(".")) || (exponent && is("eE"))) {
        at++;
        return false;
      }
      if (accept(".")) {
        point = true;
        if (accept("_.") || digits.equals(HEXADECIMAL)) {
          return false;
        }
      } else if (accept("eE")) {
        exponent = true;
        accept("+-");
        if (accept("._eE") || at == input.length()) {
          return false;
        }
      } else if (accept("_")) {
        if (accept("._eE") || at == input.length()) {
          return false;
        }
      } else {
        skip(digits);
      }
    }
    return at > start && !isWordCharacter();
  }

  /** Scans the units that follow a number, and any further numbers with units. */
  boolean scanUnits() {
    if (!accept("smhdwy")) {
      return false;
    }
    // The second letter of "ms"; other pairs are refused when the duration is read.
    accept("s");
    while (accept(DECIMAL)) {
      skip(DECIMAL);
      if (!accept("smhdw")) {
        return false;
      }
      accept("s");
    }
    if (isWordCharacter()) {
      at++;
      return false;
    }
    return true;
  }

  private boolean isWordCharacter() {
    return at < input.length()
        && (Lexer.isLetter(input.charAt(at)) || Lexer.isDigit(input.charAt(at)));
  }

  private boolean is(String set) {
    return at < input.length() && set.indexOf(input.charAt(at)) >= 0;
  }

  private boolean accept(String set) {
    if (is(set)) {
      at++;
      return true;
    }
    return false;
  }

  private void skip(String set) {
    while (is(set)) {
      at++;
    }
  }
}
