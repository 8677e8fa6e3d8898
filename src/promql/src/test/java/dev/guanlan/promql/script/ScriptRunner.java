package dev.guanlan.promql.script;

import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.ParserOptions;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.ValueType;
import dev.guanlan.promql.engine.Annotations;
import dev.guanlan.promql.engine.Engine;
import dev.guanlan.promql.engine.EngineOptions;
import dev.guanlan.promql.engine.EvaluationException;
import dev.guanlan.promql.engine.MemorySampleSource;
import dev.guanlan.promql.engine.RangeMatrix;
import dev.guanlan.promql.engine.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Runs a script against the engine.
 *
 * <p>An instant evaluation is run several times, as Prometheus' own runner does: as it stands, with
 * its selectors pinned to its time by {@code @} at several other times, and each of them as the
 * middle step of a range query. All have to yield the same.
 */
final class ScriptRunner {

  /** Calls that look at the query's bounds, which are others as a range query. */
  private static final Pattern LOOKS_AT_QUERY = Pattern.compile("(start|end|range|step)\\(\\)");

  private static final long MINUTE = 60_000;

  private final Engine engine;
  private final MemorySampleSource source = new MemorySampleSource();
  private final List<Outcome> outcomes = new ArrayList<>();

  private ScriptRunner(EngineOptions options) {
    // As Prometheus' own runner has it.
    this.engine = new Engine(options.withStartTimestamps(true));
  }

  /** Returns the outcome of each evaluation, in order. */
  static List<Outcome> run(String script, EngineOptions options) {
    ScriptRunner runner = new ScriptRunner(options);
    for (Command command : Script.parse(script)) {
      runner.execute(command);
    }
    return runner.outcomes;
  }

  private void execute(Command command) {
    if (command instanceof Command.Load load) {
      load.series().appendTo(source);
      if (load.converted()) {
        load.series().appendConvertedTo(source);
      }
    } else if (command instanceof Command.Eval eval) {
      outcomes.add(evaluate(eval));
    } else {
      source.clear();
    }
  }

  private Outcome evaluate(Command.Eval eval) {
    Expression expression;
    try {
      expression = Parser.parse(eval.expression(), ParserOptions.ALL);
    } catch (PromqlException e) {
      return outcome(eval, ofFailure(eval, String.valueOf(e.getMessage())));
    }
    String difference =
        eval.instant() ? instants(eval, expression) : range(eval, expression, eval.expression());
    return outcome(eval, difference);
  }

  private static Outcome outcome(Command.Eval eval, String difference) {
    Outcome.Kind kind = difference.isEmpty() ? Outcome.Kind.PASSED : Outcome.Kind.FAILED;
    return new Outcome(eval.line(), eval.expression(), kind, difference);
  }

  private String instants(Command.Eval eval, Expression expression) {
    long time = eval.startMillis();
    String difference = instant(eval, expression, eval.expression(), time);
    if (!difference.isEmpty() || !Pinning.possible(expression)) {
      return difference;
    }
    String text = Pinning.pinned(expression, time).toString();
    Expression pinned;
    try {
      pinned = Parser.parse(text, ParserOptions.ALL);
    } catch (PromqlException e) {
      return "becomes " + text + ", which is refused: " + e.getMessage();
    }
    long[] times =
        time == 0
            ? new long[] {-1000, 0, 1000}
            : new long[] {-10 * time, 0, time / 5, time, 10 * time};
    for (int i = 0; i < times.length && difference.isEmpty(); i++) {
      difference = instant(eval, pinned, text, times[i]);
      if (!difference.isEmpty()) {
        difference = "as " + text + " at " + times[i] + " ms " + difference;
      }
    }
    return difference;
  }

  /** Returns what differs from what is expected at a time, also as a step of a range query. */
  private String instant(Command.Eval eval, Expression expression, String text, long timeMillis) {
    Annotations annotations = new Annotations();
    Value value;
    try {
      value = engine.instant(expression, source, timeMillis, annotations);
    } catch (EvaluationException e) {
      return ofFailure(eval, String.valueOf(e.getMessage()));
    }
    String difference = ofValue(eval, value, annotations, text);
    if (!difference.isEmpty()
        || !eval.expected().comparableToRange()
        || LOOKS_AT_QUERY.matcher(text).find()) {
      return difference;
    }
    try {
      RangeMatrix matrix =
          (RangeMatrix)
              engine.range(expression, source, timeMillis - MINUTE, timeMillis + MINUTE, MINUTE);
      difference =
          Comparison.ofStep(
              eval.expected(), matrix, timeMillis, expression.type() == ValueType.SCALAR);
    } catch (EvaluationException e) {
      difference = "fails: " + e.getMessage();
    }
    return difference.isEmpty() ? "" : "in a range query " + difference;
  }

  private String range(Command.Eval eval, Expression expression, String text) {
    Annotations annotations = new Annotations();
    try {
      Value value =
          engine.range(
              expression,
              source,
              eval.startMillis(),
              eval.endMillis(),
              eval.stepMillis(),
              annotations);
      return ofValue(eval, value, annotations, text);
    } catch (EvaluationException e) {
      return ofFailure(eval, String.valueOf(e.getMessage()));
    }
  }

  private static String ofFailure(Command.Eval eval, String message) {
    List<Expectations.Message> expected = eval.expected().failures;
    if (expected.isEmpty()) {
      return "fails unexpectedly: " + message;
    }
    for (Expectations.Message failure : expected) {
      if (!failure.matches(message)) {
        return "fails with \"" + message + "\" instead of " + failure;
      }
    }
    return "";
  }

  private static String ofValue(
      Command.Eval eval, Value value, Annotations annotations, String text) {
    Expectations expected = eval.expected();
    if (!expected.failures.isEmpty()) {
      return "does not fail but yields " + value;
    }
    String difference = Comparison.of(eval, value);
    if (difference.isEmpty()) {
      List<String> warnings = Remarks.texts(annotations.warnings(), text);
      difference = Remarks.difference("warning", expected.warnings, expected.noWarnings, warnings);
    }
    if (difference.isEmpty()) {
      List<String> infos = Remarks.texts(annotations.infos(), text);
      difference = Remarks.difference("info", expected.infos, expected.noInfos, infos);
    }
    return difference;
  }
}
