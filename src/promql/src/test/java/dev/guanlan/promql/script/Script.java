package dev.guanlan.promql.script;

import dev.guanlan.promql.Durations;
import dev.guanlan.promql.notation.SeriesBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Is a test file as its commands. Source of the language: {@code promql/promqltest} of Prometheus.
 */
final class Script {

  private static final Pattern LOAD = Pattern.compile("load(_with_nhcb)?\\s+(.+)");
  private static final Pattern INSTANT =
      Pattern.compile("eval(?:_(fail|ordered|warn|info))?\\s+instant\\s+at\\s+(\\S+)\\s+(.+)");
  private static final Pattern RANGE =
      Pattern.compile(
          "eval(?:_(fail|warn|info))?\\s+range\\s+from\\s+(\\S+)\\s+to\\s+(\\S+)\\s+step\\s+(\\S+)"
              + "\\s+(.+)");

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
      long at = Durations.parse(instant.group(2));
      Expectations expected = expectations(instant.group(1));
      expected.checkInstant();
      // The range that a range vector is expected over also says when it is evaluated.
      return new Command.Eval(
          number,
          instant.group(3),
          expected.rangeVector ? expected.rangeEndMillis : at,
          0,
          0,
          expected);
    }
    Matcher range = RANGE.matcher(line);
    if (range.matches()) {
      return new Command.Eval(
          number,
          range.group(5),
          Durations.parse(range.group(2)),
          Durations.parse(range.group(3)),
          Durations.parse(range.group(4)),
          expectations(range.group(1)));
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
        number, SeriesBlock.parse(series, first + 1, 0, Durations.parse(interval)), converted);
  }

  private Expectations expectations(@Nullable String mode) {
    Expectations expectations = new Expectations();
    if (mode != null) {
      expectations.add("expect " + mode);
    }
    while (next < lines.size() && !lines.get(next).isEmpty()) {
      expectations.add(lines.get(next++));
    }
    return expectations;
  }
}
