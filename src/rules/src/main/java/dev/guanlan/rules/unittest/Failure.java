package dev.guanlan.rules.unittest;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Tells what is not as expected in one case of a test.
 *
 * @param line the line of the file where the case stands
 * @param what the case, and what is wrong with it
 * @param difference the difference of what is expected and what is there; may be empty
 */
public record Failure(int line, String what, List<Difference> difference) {

  /** Makes a failure; the list is copied. */
  public Failure {
    difference = List.copyOf(difference);
  }

  /** Says what a line of a difference is. */
  public enum Kind {
    /** It is expected and there: it helps to find one's way. */
    COMMON(' '),
    /** It is expected, and missing. */
    MISSING('-'),
    /** It is there, and not expected. */
    SURPLUS('+');

    private final char sign;

    Kind(char sign) {
      this.sign = sign;
    }

    /** Returns the sign that it has in a difference of texts. */
    public char sign() {
      return sign;
    }
  }

  /** Is a line of a difference. */
  public record Difference(Kind kind, String text) {

    /** Returns the text behind its sign. */
    @Override
    public String toString() {
      return kind.sign() + " " + text;
    }
  }

  /** Returns the failure in plain text, a difference to a line. */
  @Override
  public String toString() {
    return what + difference.stream().map(line -> "\n    " + line).collect(Collectors.joining());
  }
}
