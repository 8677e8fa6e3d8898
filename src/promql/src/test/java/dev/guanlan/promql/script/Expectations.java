package dev.guanlan.promql.script;

import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.notation.SeriesLine;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Holds what the lines below an evaluation expect. Built line by line. */
final class Expectations {

  /** Is an expected message: exact, by pattern, or any if both are null. */
  record Message(@Nullable String exact, @Nullable String regex) {
    boolean matches(String message) {
      if (exact != null) {
        return exact.equals(message);
      }
      return regex == null || Pattern.compile(regex).matcher(message).find();
    }

    @Override
    public String toString() {
      return exact != null ? exact : regex != null ? "/" + regex + "/" : "any";
    }
  }

  private static final Pattern LINE =
      Pattern.compile("expect\\s+(\\w+)(?:\\s+(msg|regex)\\s*:\\s*(.*)|\\s+(.*))?");

  private static final Pattern NUMBER =
      Pattern.compile(
          "[+-]?(?:(?i:inf|nan)|(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?)");

  private static final Pattern OLD_FAILURE =
      Pattern.compile("expected_fail_(message|regexp)\\s+(.*)");

  private static final Pattern RANGE = Pattern.compile("vector from (\\S+) to (\\S+) step (\\S+)");

  final List<SeriesLine> series = new ArrayList<>();
  final List<Message> failures = new ArrayList<>();
  final List<Message> warnings = new ArrayList<>();
  final List<Message> infos = new ArrayList<>();
  boolean noWarnings;
  boolean noInfos;
  boolean ordered;
  @Nullable String string;
  @Nullable Double scalar;

  /** Times of the points of a range vector. */
  boolean rangeVector;

  long rangeStartMillis;
  long rangeStepMillis;

  void add(String line) {
    Matcher old = OLD_FAILURE.matcher(line);
    if (old.matches()) {
      boolean exact = old.group(1).equals("message");
      failures.add(new Message(exact ? old.group(2) : null, exact ? null : old.group(2)));
      return;
    }
    if (!line.startsWith("expect ")) {
      if (NUMBER.matcher(line).matches()) {
        scalar = parsed("n " + line).values().get(0).value();
      } else {
        series.add(parsed(line));
      }
      return;
    }
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("\"" + line + "\" expects nothing that is known");
    }
    String text = matcher.group(3);
    Message message =
        new Message(
            "msg".equals(matcher.group(2)) ? text : null,
            "regex".equals(matcher.group(2)) ? text : null);
    switch (matcher.group(1)) {
      case "fail" -> failures.add(message);
      case "warn" -> warnings.add(message);
      case "info" -> infos.add(message);
      case "no_warn" -> noWarnings = true;
      case "no_info" -> noInfos = true;
      case "ordered" -> ordered = true;
      case "string" -> string = unquoted(matcher.group(4).trim());
      case "range" -> readRange(matcher.group(4));
      default ->
          throw new IllegalArgumentException("\"" + line + "\" expects nothing that is known");
    }
  }

  private static SeriesLine parsed(String line) {
    try {
      return SeriesLine.parse(line);
    } catch (PromqlException e) {
      throw new IllegalArgumentException("\"" + line + "\" is no series: " + e.getMessage(), e);
    }
  }

  private static String unquoted(String quoted) {
    try {
      return ((Expression.StringLiteral) Parser.parse(quoted)).value();
    } catch (PromqlException e) {
      throw new IllegalArgumentException(quoted + " is no string", e);
    }
  }

  private void readRange(String text) {
    Matcher matcher = RANGE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("\"" + text + "\" is no range vector");
    }
    rangeVector = true;
    rangeStartMillis = Script.millis(matcher.group(1));
    rangeStepMillis = Script.millis(matcher.group(3));
  }
}
