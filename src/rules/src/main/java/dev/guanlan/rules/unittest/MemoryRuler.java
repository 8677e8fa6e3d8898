package dev.guanlan.rules.unittest;

import dev.guanlan.model.Labels;
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
import dev.guanlan.rules.yaml.Durations;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Evaluates groups here and now, one behind the other, over the samples of the test. */
final class MemoryRuler implements Ruler {

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

  @Override
  public Evaluation start(Task task) {
    EvaluationSettings settings =
        new EvaluationSettings(
            EvaluationSettings.DEFAULTS.resendDelayMillis(),
            EvaluationSettings.DEFAULTS.limitKeepsFirst(),
            EvaluationSettings.DEFAULTS.maxAlerts(),
            EvaluationSettings.DEFAULTS.maxCharacters(),
            EvaluationSettings.DEFAULTS.textTimeoutMillis(),
            task.externalLabels(),
            task.externalUrl());
    List<Running> groups = new ArrayList<>();
    for (CompiledGroup group : task.groups()) {
      groups.add(
          new Running(
              group,
              new GroupEvaluator(
                  group, task.engine(), settings, task.intervalMillis(), task.places())));
    }
    return new InMemory(task, groups);
  }

  private record InMemory(Task task, List<Running> groups) implements Evaluation {

    @Override
    public List<String> tick(long tickMillis) {
      List<String> failures = new ArrayList<>();
      for (Running running : groups) {
        TickOutcome outcome =
            running.evaluator.evaluate(tickMillis, running.memories, List.of(), task.samples());
        running.memories = outcome.memories();
        for (RuleFailure failure : outcome.failures()) {
          failures.add(
              "rule "
                  + failure.name()
                  + " of group "
                  + running.group.group().name()
                  + " at "
                  + Durations.format(tickMillis - task.startMillis())
                  + ": "
                  + failure.message());
        }
      }
      return failures;
    }

    @Override
    public List<AlertTexts> firing(String alertName) {
      List<AlertTexts> firing = new ArrayList<>();
      for (Running running : groups) {
        List<Rule> rules = running.group.group().rules();
        for (int i = 0; i < rules.size(); i++) {
          if (rules.get(i) instanceof AlertingRule && rules.get(i).name().equals(alertName)) {
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
}
