package dev.guanlan.promql;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Matches whole strings against a regular expression in RE2 syntax, in linear time.
 *
 * <p>Most label matchers are a literal, a few literals in a row, or a literal with {@code .*} or
 * {@code .+} at an end; those are compared without the automaton. As in Prometheus, a dot matches
 * line breaks too.
 */
public final class AnchoredRegex {

  /** Bounds a pattern, in characters: RE2's programs grow with it. */
  public static final int MAX_LENGTH = 10_000;

  private final String source;
  private final String prefix;
  private final String suffix;
  private final int minLength;
  private final @Nullable Set<String> literals;
  private final @Nullable Pattern pattern;

  /**
   * Compiles a pattern.
   *
   * @throws IllegalArgumentException if it is no valid pattern or too long; the message is made for
   *     users
   */
  public AnchoredRegex(String source) {
    if (source.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "the regular expression has "
              + source.length()
              + " characters; shorten it to at most "
              + MAX_LENGTH);
    }
    this.source = source;
    int from = 0;
    int to = source.length();
    boolean open = false;
    int atLeast = 0;
    if (source.startsWith(".*") || source.startsWith(".+")) {
      open = true;
      atLeast += source.charAt(1) == '+' ? 1 : 0;
      from = 2;
    }
    boolean openEnd = false;
    if (to - from >= 2 && (source.endsWith(".*") || source.endsWith(".+"))) {
      openEnd = true;
      atLeast += source.charAt(to - 1) == '+' ? 1 : 0;
      to -= 2;
    }
    String middle = source.substring(from, to);
    boolean oneSided = !(open && openEnd) || middle.isEmpty();
    if ((open || openEnd) && oneSided && isLiteral(middle)) {
      prefix = open ? "" : middle;
      suffix = open ? middle : "";
      minLength = middle.length() + atLeast;
      literals = null;
      pattern = null;
    } else if (Arrays.stream(source.split("\\|", -1)).allMatch(AnchoredRegex::isLiteral)) {
      prefix = "";
      suffix = "";
      minLength = 0;
      literals = new HashSet<>(Arrays.asList(source.split("\\|", -1)));
      pattern = null;
    } else {
      prefix = "";
      suffix = "";
      minLength = 0;
      literals = null;
      pattern = compile(source);
    }
  }

  private static Pattern compile(String source) {
    try {
      // Compiled alone first, so that an unbalanced parenthesis cannot close our own group.
      Pattern.compile(source);
      return Pattern.compile("^(?s:" + source + ")$");
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static boolean isLiteral(String text) {
    for (int i = 0; i < text.length(); i++) {
      if ("\\.+*?()[]{}|^$".indexOf(text.charAt(i)) >= 0) {
        return false;
      }
    }
    return true;
  }

  /** Tells whether all of {@code value} matches. */
  public boolean matches(String value) {
    if (literals != null) {
      return literals.contains(value);
    }
    if (pattern != null) {
      return pattern.matches(value);
    }
    return value.length() >= minLength && value.startsWith(prefix) && value.endsWith(suffix);
  }

  /** Returns the compiled pattern, for callers that need its groups. */
  public Pattern toPattern() {
    return pattern == null ? compile(source) : pattern;
  }

  @Override
  public String toString() {
    return source;
  }
}
