package dev.guanlan.promql.script;

import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.ParserOptions;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.engine.Annotations;
import dev.guanlan.promql.engine.Engine;
import dev.guanlan.promql.engine.EngineOptions;
import dev.guanlan.promql.engine.EvaluationException;
import dev.guanlan.promql.engine.MemorySampleSource;
import dev.guanlan.promql.engine.Value;
import java.util.ArrayList;
import java.util.List;

/** Runs a script against the engine. */
final class ScriptRunner {

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
      load(load);
    } else if (command instanceof Command.Eval eval) {
      outcomes.add(evaluate(eval));
    } else {
      source.clear();
    }
  }

  private void load(Command.Load load) {
    load.series().appendTo(source);
    if (load.converted()) {
      load.series().appendConvertedTo(source);
    }
  }

  private Outcome evaluate(Command.Eval eval) {
    Expression expression;
    try {
      expression = Parser.parse(eval.expression(), ParserOptions.ALL);
    } catch (PromqlException e) {
      return ofFailure(eval, String.valueOf(e.getMessage()));
    }
    Annotations annotations = new Annotations();
    Value value;
    try {
      value =
          eval.instant()
              ? engine.instant(expression, source, eval.startMillis(), annotations)
              : engine.range(
                  expression,
                  source,
                  eval.startMillis(),
                  eval.endMillis(),
                  eval.stepMillis(),
                  annotations);
    } catch (EvaluationException e) {
      return ofFailure(eval, String.valueOf(e.getMessage()));
    }
    return ofValue(eval, value, annotations);
  }

  private Outcome ofFailure(Command.Eval eval, String message) {
    if (message.endsWith("is not supported yet")) {
      return outcome(eval, Outcome.Kind.UNSUPPORTED, message);
    }
    List<Expectations.Message> expected = eval.expected().failures;
    if (expected.isEmpty()) {
      return failed(eval, "fails unexpectedly: " + message);
    }
    for (Expectations.Message failure : expected) {
      if (!failure.matches(message)) {
        return failed(eval, "fails with \"" + message + "\" instead of " + failure);
      }
    }
    return outcome(eval, Outcome.Kind.PASSED, "");
  }

  private Outcome ofValue(Command.Eval eval, Value value, Annotations annotations) {
    Expectations expected = eval.expected();
    if (!expected.failures.isEmpty()) {
      return failed(eval, "does not fail but yields " + value);
    }
    String difference = Comparison.of(eval, value);
    if (difference.isEmpty()) {
      difference =
          Remarks.difference(
              "warning",
              expected.warnings,
              expected.noWarnings,
              Remarks.texts(annotations.warnings(), eval.expression()));
    }
    if (difference.isEmpty()) {
      difference =
          Remarks.difference(
              "info",
              expected.infos,
              expected.noInfos,
              Remarks.texts(annotations.infos(), eval.expression()));
    }
    return difference.isEmpty() ? outcome(eval, Outcome.Kind.PASSED, "") : failed(eval, difference);
  }

  private static Outcome failed(Command.Eval eval, String detail) {
    return outcome(eval, Outcome.Kind.FAILED, detail);
  }

  private static Outcome outcome(Command.Eval eval, Outcome.Kind kind, String detail) {
    return new Outcome(eval.line(), eval.expression(), kind, detail);
  }
}
