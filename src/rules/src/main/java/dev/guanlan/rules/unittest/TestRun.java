package dev.guanlan.rules.unittest;

import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.engine.Engine;
import dev.guanlan.promql.engine.EngineOptions;
import dev.guanlan.promql.notation.SeriesLine;
import dev.guanlan.rules.RuleException;
import dev.guanlan.rules.unittest.UnitTest.AlertCase;
import dev.guanlan.rules.unittest.UnitTest.ExpressionCase;
import dev.guanlan.rules.unittest.UnitTest.InputSeries;
import dev.guanlan.rules.yaml.Durations;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Runs one test: at each tick the input comes up to it, the groups are evaluated in order, and the
 * alerts that are expected between it and the next are compared; expressions are evaluated last.
 */
final class TestRun {

  private final UnitTestFile file;
  private final UnitTest test;
  private final RuleSet rules;
  private final UnitTestOptions options;
  private final Ruler ruler;
  private final Engine engine;
  private final InputSamples samples;
  private final List<Failure> failures = new ArrayList<>();

  TestRun(UnitTestFile file, UnitTest test, RuleSet rules, UnitTestOptions options, Ruler ruler) {
    this.file = file;
    this.test = test;
    this.rules = rules;
    this.options = options;
    this.ruler = ruler;
    this.engine =
        new Engine(
            EngineOptions.DEFAULTS
                .withSubqueryStepMillis(file.evaluationIntervalMillis())
                .withDelayedNameRemoval(options.delayedNameRemoval()));
    this.samples = new InputSamples(test.startMillis(), test.intervalMillis());
  }

  List<Failure> run() {
    if (loadInput() && rulesAreRead() && alertsAreNamed() && tick()) {
      ExpressionComparison comparison =
          new ExpressionComparison(
              engine, options.ruleFiles().language(), samples, test.startMillis(), file.fuzzy());
      for (ExpressionCase expression : test.expressionCases()) {
        comparison.compare(expression).ifPresent(failures::add);
      }
    }
    return failures;
  }

  private boolean loadInput() {
    for (InputSeries input : test.inputSeries()) {
      String text = input.series() + " " + input.values();
      try {
        samples.add(SeriesLine.parse(text.strip()));
      } catch (PromqlException e) {
        int end = Math.min(e.startOffset(), text.length());
        failures.add(
            new Failure(
                input.line(),
                "input series " + Texts.quoted(input.series()) + ": " + e.getMessage(),
                List.of(
                    new Failure.Difference(
                        Failure.Kind.COMMON, text.substring(0, end) + " <-- here"))));
      }
    }
    return failures.isEmpty();
  }

  private boolean rulesAreRead() {
    for (String problem : rules.problems()) {
      failures.add(new Failure(0, problem, List.of()));
    }
    return failures.isEmpty();
  }

  private boolean alertsAreNamed() {
    for (AlertCase alerts : test.alertCases()) {
      if (alerts.alertName().isEmpty()) {
        failures.add(
            new Failure(
                alerts.line(),
                "an item under alert_rule_test misses required attribute alertname at eval_time "
                    + Durations.format(alerts.evalTimeMillis()),
                List.of()));
      }
    }
    return failures.isEmpty();
  }

  /** Evaluates all ticks; tells whether none failed. */
  private boolean tick() {
    long start = test.startMillis();
    long interval = file.evaluationIntervalMillis();
    long last = test.lastEvalTimeMillis() / interval * interval;
    Ruler.Evaluation evaluation;
    try {
      evaluation =
          ruler.start(
              new Ruler.Task(
                  rules.groups(),
                  engine,
                  start,
                  interval,
                  start + last,
                  test.externalLabels(),
                  test.externalUrl(),
                  file.places(),
                  samples));
    } catch (RuleException e) {
      failures.add(new Failure(0, String.valueOf(e.getMessage()), List.of()));
      return false;
    }
    List<AlertCase> alerts = new ArrayList<>(test.alertCases());
    alerts.sort(Comparator.comparingLong(AlertCase::evalTimeMillis));
    int next = 0;
    for (long time = 0; time <= last; time += interval) {
      samples.advanceTo(start + time);
      List<String> failed = evaluation.tick(start + time);
      if (!failed.isEmpty()) {
        failed.forEach(failure -> failures.add(new Failure(0, failure, List.of())));
        return false;
      }
      while (next < alerts.size() && alerts.get(next).evalTimeMillis() < time + interval) {
        AlertCase expected = alerts.get(next++);
        AlertComparison.compare(expected, evaluation.firing(expected.alertName()))
            .ifPresent(failures::add);
      }
    }
    return true;
  }
}
