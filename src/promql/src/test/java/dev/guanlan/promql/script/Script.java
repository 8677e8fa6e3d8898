package dev.guanlan.promql.script;

import dev.guanlan.promql.Durations;
import dev.guanlan.promql.notation.SeriesBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Is a test file as its commands. */
final class Script {

  private static final Pattern LOAD = Pattern.compile("load(_with_nhcb)?\\s+(\\S+)");
  private static final Pattern INSTANT =
      Pattern.compile("eval(?:_(fail|ordered|warn|info))?\\s+instant\\s+(?:at\\s+(\\S+)\\s+)?(.+)");
  private static final Pattern RANGE =
      Pattern.compile("eval\\s+range\\s+from\\s+(\\S+)\\s+to\\s+(\\S+)\\s+step\\s+(\\S+)\\s+(.+)");

  private final List<String> lines = new ArrayList<>();
  private final List<Command> commands = new ArrayList<>();
  private int next;

  private Script(String text) {
    for (String line : text.split("\\r?\\n", -1)) {
      String trimmed = line.trim();
      lines.add(trimmed.startsWith("#") ? "" : trimmed);
    }
  }

  /**
   * Reads a script.
   *
   * @throws IllegalArgumentException if a line is not of the language
   */
  static List<Command> parse(String text) {
    Script script = new Script(text);
    while (script.next < script.lines.size()) {
      script.parseCommand();
    }
    return script.commands;
  }

  private void parseCommand() {
    String line = lines.get(next++);
    int number = next;
    if (line.isEmpty()) {
      return;
    }
    try {
      commands.add(command(line, number));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
    }
  }

  private Command command(String line, int number) {
    if (line.equals("clear")) {
      return new Command.Clear(number);
    }
    Matcher load = LOAD.matcher(line);
    if (load.matches()) {
      return load(number, load.group(2), load.group(1) != null);
    }
    Matcher instant = INSTANT.matcher(line);
    if (instant.matches()) {
      long at = instant.group(2) == null ? 0 : millis(instant.group(2));
      Expectations expected = expectations();
      if (instant.group(1) != null) {
        expected.add("expect " + instant.group(1));
      }
      return new Command.Eval(number, instant.group(3), at, at, 0, expected);
    }
    Matcher range = RANGE.matcher(line);
    if (range.matches()) {
      return new Command.Eval(
          number,
          range.group(4),
          millis(range.group(1)),
          millis(range.group(2)),
          millis(range.group(3)),
          expectations());
    }
    throw new IllegalArgumentException("\"" + line + "\" is no command");
  }

  private Command load(int number, String interval, boolean converted) {
    int first = next;
    while (next < lines.size() && !lines.get(next).isEmpty()) {
      next++;
    }
    List<String> series = lines.subList(first, next);
    return new Command.Load(
        number, SeriesBlock.parse(series, first + 1, 0, millis(interval)), converted);
  }

  private Expectations expectations() {
    Expectations expectations = new Expectations();
    while (next < lines.size() && !lines.get(next).isEmpty()) {
      expectations.add(lines.get(next++));
    }
    return expectations;
  }

  /** Returns the milliseconds of a time: a duration or a number of seconds, with a sign. */
  static long millis(String text) {
    if (text.startsWith("-")) {
      return -millis(text.substring(1));
    }
    if (text.matches("[0-9.]+(e[0-9]+)?")) {
      return Math.round(Double.parseDouble(text) * 1e3);
    }
    return Durations.parse(text);
  }
}
