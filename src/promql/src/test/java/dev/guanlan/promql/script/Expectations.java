package dev.guanlan.promql.script;

import dev.guanlan.promql.Durations;
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
  record Message(@Nullable String exact, @Nullable Pattern regex) {
    boolean matches(String message) {
      if (exact != null) {
        return exact.equals(message);
      }
      return regex == null || regex.matcher(message).find();
    }

    @Override
    public String toString() {
      return exact != null ? '"' + exact + '"' : regex != null ? "/" + regex + "/" : "any";
    }
  }

  private static final Pattern LINE =
      Pattern.compile(
          "expect\\s+(ordered|fail|warn|no_warn|info|no_info)(?:\\s+(regex|msg):(.+))?");

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(?:(?i:inf|nan)|(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?)");

  private static final Pattern OLD_FAILURE =
      Pattern.compile("expected_fail_(message|regexp)\\s+(.*)");

  private static final Pattern RANGE =
      Pattern.compile("expect range vector\\s+from\\s+(.+)\\s+to\\s+(.+)\\s+step\\s+(.+)");

  private static final String STRING = "expect string ";

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
  long rangeEndMillis;
  long rangeStepMillis;

  /**
   * Takes the next line.
   *
   * @throws IllegalArgumentException if it expects nothing that is known, or contradicts another
   */
  void add(String line) {
    Matcher old = OLD_FAILURE.matcher(line);
    if (old.matches()) {
      // Refines the failure that the command itself expects.
      failures.clear();
      failures.add(message(old.group(1).equals("message") ? "msg" : "regex", old.group(2)));
    } else if (line.startsWith("expect range vector")) {
      readRange(line);
    } else if (line.startsWith(STRING)) {
      string = unquoted(line.substring(STRING.length()));
    } else if (line.split(" ", 2)[0].equals("expect")) {
      addExpectation(line);
    } else if (NUMBER.matcher(line).matches()) {
      scalar = parsed("n " + line).values().get(0).value();
    } else {
      series.add(parsed(line));
    }
    if ((noWarnings && !warnings.isEmpty()) || (noInfos && !infos.isEmpty())) {
      throw new IllegalArgumentException(
          "\"" + line + "\" contradicts another line; expect remarks or none");
    }
    if (failures.size() > 1) {
      throw new IllegalArgumentException("there is more than one \"expect fail\"; leave one");
    }
  }

  private void addExpectation(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("\"" + line + "\" expects nothing that is known");
    }
    Message message = message(matcher.group(2), matcher.group(3));
    switch (matcher.group(1)) {
      case "fail" -> failures.add(message);
      case "warn" -> warnings.add(message);
      case "info" -> infos.add(message);
      case "no_warn" -> noWarnings = true;
      case "no_info" -> noInfos = true;
      default -> ordered = true;
    }
  }

  private static Message message(@Nullable String kind, @Nullable String text) {
    if (kind == null || text == null) {
      return new Message(null, null);
    }
    return kind.equals("msg")
        ? new Message(text.trim(), null)
        : new Message(null, Pattern.compile(text.trim()));
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
      if (Parser.parse(quoted) instanceof Expression.StringLiteral literal) {
        return literal.value();
      }
    } catch (PromqlException e) {
      throw new IllegalArgumentException(quoted + " is no quoted string", e);
    }
    throw new IllegalArgumentException(quoted + " is no quoted string");
  }

  private void readRange(String line) {
    Matcher matcher = RANGE.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("\"" + line + "\" is no range vector");
    }
    rangeVector = true;
    rangeStartMillis = Durations.parse(matcher.group(1));
    rangeEndMillis = Durations.parse(matcher.group(2));
    rangeStepMillis = Durations.parse(matcher.group(3));
  }

  /**
   * Checks what an instant evaluation may expect.
   *
   * @throws IllegalArgumentException if there are several values for a series at one time
   */
  void checkInstant() {
    for (SeriesLine line : series) {
      if (line.values().size() > 1 && !rangeVector) {
        throw new IllegalArgumentException(
            "there are several values for "
                + line.labels()
                + " at one time; say \"expect range vector\" above them");
      }
    }
  }

  /** Tells whether what an instant evaluation yields can be had from a range query, too. */
  boolean comparableToRange() {
    return !rangeVector && string == null;
  }
}
