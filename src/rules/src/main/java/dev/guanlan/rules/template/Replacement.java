package dev.guanlan.rules.template;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;

/** Replaces what a regular expression matches, with Go's {@code $1} and {@code ${name}}. */
final class Replacement {

  private Replacement() {}

  static String all(Pattern pattern, String replacement, String text) {
    Matcher matcher = pattern.matcher(text);
    StringBuilder result = new StringBuilder();
    int last = 0;
    while (matcher.find()) {
      result.append(text, last, matcher.start());
      // As in Go: nothing between two characters does not match right after another match.
      if (matcher.end() > last || matcher.start() == 0) {
        expand(matcher, pattern, replacement, result);
      }
      last = matcher.end();
    }
    return result.append(text, last, text.length()).toString();
  }

  private static void expand(
      Matcher matcher, Pattern pattern, String replacement, StringBuilder result) {
    int at = 0;
    while (at < replacement.length()) {
      char c = replacement.charAt(at);
      if (c != '$' || at + 1 >= replacement.length()) {
        result.append(c);
        at++;
        continue;
      }
      if (replacement.charAt(at + 1) == '$') {
        result.append('$');
        at += 2;
        continue;
      }
      boolean braced = replacement.charAt(at + 1) == '{';
      int begin = at + (braced ? 2 : 1);
      int end = begin;
      while (end < replacement.length()
          && (Character.isLetterOrDigit(replacement.charAt(end))
              || replacement.charAt(end) == '_')) {
        end++;
      }
      boolean closed = !braced || (end < replacement.length() && replacement.charAt(end) == '}');
      if (end == begin || !closed) {
        result.append('$');
        at++;
        continue;
      }
      result.append(group(matcher, pattern, replacement.substring(begin, end)));
      at = braced ? end + 1 : end;
    }
  }

  private static String group(Matcher matcher, Pattern pattern, String name) {
    String value = null;
    if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      // A group that the expression does not have is empty, as in Go.
      if (name.length() < 4 && Integer.parseInt(name) <= matcher.groupCount()) {
        value = matcher.group(Integer.parseInt(name));
      }
    } else {
      Integer index = pattern.namedGroups().get(name);
      value = index == null ? null : matcher.group(index);
    }
    return value == null ? "" : value;
  }
}
