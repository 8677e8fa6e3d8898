package dev.guanlan.rules.unittest;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.engine.Engine;
import dev.guanlan.promql.engine.EngineOptions;
import dev.guanlan.promql.notation.SeriesLine;
import dev.guanlan.rules.Alert;
import dev.guanlan.rules.AlertState;
import dev.guanlan.rules.AlertingRule;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.EvaluationSettings;
import dev.guanlan.rules.GroupEvaluator;
import dev.guanlan.rules.Rule;
import dev.guanlan.rules.RuleFailure;
import dev.guanlan.rules.RuleMemory;
import dev.guanlan.rules.TickOutcome;
import dev.guanlan.rules.unittest.UnitTest.AlertCase;
import dev.guanlan.rules.unittest.UnitTest.AlertTexts;
import dev.guanlan.rules.unittest.UnitTest.ExpressionCase;
import dev.guanlan.rules.unittest.UnitTest.InputSeries;
import dev.guanlan.rules.yaml.Durations;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Runs one test: at each tick the input comes up to it, the groups are evaluated in order, and the
 * alerts that are expected between it and the next are compared; expressions are evaluated last.
 */
final class TestRun {

  private final UnitTestFile file;
  private final UnitTest test;
  private final RuleSet rules;
  private final UnitTestOptions options;
  private final Engine engine;
  private final InputSamples samples;
  private final List<Failure> failures = new ArrayList<>();

  TestRun(UnitTestFile file, UnitTest test, RuleSet rules, UnitTestOptions options) {
    this.file = file;
    this.test = test;
    this.rules = rules;
    this.options = options;
    this.engine =
        new Engine(
            EngineOptions.DEFAULTS
                .withSubqueryStepMillis(file.evaluationIntervalMillis())
                .withDelayedNameRemoval(options.delayedNameRemoval()));
    this.samples = new InputSamples(test.startMillis(), test.intervalMillis());
  }

  /** Holds a group while the test runs. */
  private static final class Running {
    private final CompiledGroup group;
    private final GroupEvaluator evaluator;
    private List<RuleMemory> memories;

    private Running(CompiledGroup group, GroupEvaluator evaluator) {
      this.group = group;
      this.evaluator = evaluator;
      this.memories =
          new ArrayList<>(Collections.nCopies(group.group().rules().size(), RuleMemory.EMPTY));
    }
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
    EvaluationSettings settings =
        new EvaluationSettings(
            EvaluationSettings.DEFAULTS.resendDelayMillis(),
            EvaluationSettings.DEFAULTS.limitKeepsFirst(),
            test.externalLabels(),
            test.externalUrl());
    List<Running> groups = new ArrayList<>();
    for (CompiledGroup group : rules.groups()) {
      groups.add(
          new Running(
              group, new GroupEvaluator(group, engine, settings, file.evaluationIntervalMillis())));
    }
    List<AlertCase> alerts = new ArrayList<>(test.alertCases());
    alerts.sort(Comparator.comparingLong(AlertCase::evalTimeMillis));
    int next = 0;
    long last = test.lastEvalTimeMillis();
    long interval = file.evaluationIntervalMillis();
    for (long time = 0; time <= last; time += interval) {
      if (!evaluate(groups, time)) {
        return false;
      }
      while (next < alerts.size() && alerts.get(next).evalTimeMillis() < time + interval) {
        AlertCase expected = alerts.get(next++);
        AlertComparison.compare(expected, firing(groups, expected.alertName()))
            .ifPresent(failures::add);
      }
    }
    return true;
  }

  private boolean evaluate(List<Running> groups, long time) {
    long tickMillis = test.startMillis() + time;
    samples.advanceTo(tickMillis);
    boolean good = true;
    for (Running running : groups) {
      TickOutcome outcome =
          running.evaluator.evaluate(tickMillis, running.memories, List.of(), samples);
      running.memories = outcome.memories();
      for (RuleFailure failure : outcome.failures()) {
        good = false;
        failures.add(
            new Failure(
                0,
                "rule "
                    + failure.name()
                    + " of group "
                    + running.group.group().name()
                    + " at "
                    + Durations.format(time)
                    + ": "
                    + failure.message(),
                List.of()));
      }
    }
    return good;
  }

  /** Returns the alerts of a name that fire, those of all rules that have it. */
  private static List<AlertTexts> firing(List<Running> groups, String name) {
    List<AlertTexts> firing = new ArrayList<>();
    for (Running running : groups) {
      List<Rule> rules = running.group.group().rules();
      for (int i = 0; i < rules.size(); i++) {
        if (rules.get(i) instanceof AlertingRule && rules.get(i).name().equals(name)) {
          for (Map.Entry<Labels, Alert> entry : running.memories.get(i).alerts().entrySet()) {
            if (entry.getValue().state() == AlertState.FIRING) {
              firing.add(new AlertTexts(entry.getKey().toMap(), entry.getValue().annotations()));
            }
          }
        }
      }
    }
    return firing;
  }
}
