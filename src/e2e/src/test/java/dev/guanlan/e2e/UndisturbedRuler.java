package dev.guanlan.e2e;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.engine.Engine;
import dev.guanlan.promql.engine.EngineOptions;
import dev.guanlan.promql.engine.MemorySampleSource;
import dev.guanlan.promql.engine.SelectHints;
import dev.guanlan.promql.engine.SeriesSet;
import dev.guanlan.rules.Alert;
import dev.guanlan.rules.AlertState;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.EvaluationSettings;
import dev.guanlan.rules.GroupEvaluator;
import dev.guanlan.rules.RecordedSample;
import dev.guanlan.rules.RuleException;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.rules.RuleMemory;
import dev.guanlan.rules.Succession;
import dev.guanlan.rules.TickOutcome;
import dev.guanlan.rules.Transition;
import dev.guanlan.rules.Windows;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Evaluates one group in this process, over all samples there are, tick by tick. */
final class UndisturbedRuler implements Windows {

  private static final long LOOKBACK_MILLIS = 300_000;

  private final MemorySampleSource samples = new MemorySampleSource();
  private final Engine engine =
      new Engine(EngineOptions.DEFAULTS.withLookbackMillis(LOOKBACK_MILLIS));
  private final List<Transition> transitions = new ArrayList<>();
  private final List<RecordedSample> recorded = new ArrayList<>();
  private final Map<Long, Standing> standings = new TreeMap<>();
  private RuleGroup group;
  private GroupEvaluator evaluator;
  private List<RuleMemory> memories;

  /**
   * Tells how many alerts there are after a tick.
   *
   * @param pending wait for their time
   * @param firing fire, and what they are about lasts
   * @param kept fire because of {@code keep_firing_for} alone
   */
  record Standing(int pending, int firing, int kept) {}

  UndisturbedRuler(RuleGroup group) {
    this.group = group;
    this.evaluator = evaluator(group);
    this.memories = Collections.nCopies(group.rules().size(), RuleMemory.EMPTY);
  }

  private GroupEvaluator evaluator(RuleGroup of) {
    try {
      return new GroupEvaluator(
          CompiledGroup.of(of, LOOKBACK_MILLIS),
          engine,
          EvaluationSettings.DEFAULTS,
          RulerStory.STEP_MILLIS);
    } catch (RuleException e) {
      throw new IllegalStateException("the group " + of.name() + " cannot be evaluated", e);
    }
  }

  /** Goes on with another version of the group; nothing may have been removed. */
  void change(RuleGroup next, long tickMillis) {
    Succession succession = Succession.of(group, memories, next, tickMillis);
    if (!succession.stale().isEmpty() || !succession.transitions().isEmpty()) {
      throw new IllegalArgumentException("a rule of " + group.name() + " is gone");
    }
    group = next;
    evaluator = evaluator(next);
    memories = succession.memories();
  }

  /** Evaluates a tick over the samples that were taken. */
  void tick(long tickMillis) {
    TickOutcome outcome = evaluator.evaluate(tickMillis, memories, List.of(), this);
    if (!outcome.failures().isEmpty()) {
      throw new IllegalStateException("rules fail: " + outcome.failures());
    }
    memories = outcome.memories();
    transitions.addAll(outcome.transitions());
    recorded.addAll(outcome.recorded());
    standings.put(tickMillis, standing());
  }

  private Standing standing() {
    int pending = 0;
    int firing = 0;
    int kept = 0;
    for (RuleMemory memory : memories) {
      for (Alert alert : memory.alerts().values()) {
        if (alert.state() == AlertState.PENDING) {
          pending++;
        } else if (alert.state() == AlertState.FIRING) {
          boolean isKept = alert.keepFiringSinceMillis() != Alert.NEVER;
          kept += isKept ? 1 : 0;
          firing += isKept ? 0 : 1;
        }
      }
    }
    return new Standing(pending, firing, kept);
  }

  RuleGroup group() {
    return group;
  }

  List<Transition> transitions() {
    return transitions;
  }

  List<RecordedSample> recorded() {
    return recorded;
  }

  /** Returns how it stood after each tick, by the ticks in milliseconds. */
  Map<Long, Standing> standings() {
    return standings;
  }

  @Override
  public void append(Labels labels, long timestampMillis, double value) {
    samples.append(labels, timestampMillis, value);
  }

  @Override
  public SeriesSet select(List<Matcher> matchers, SelectHints hints) {
    return samples.select(matchers, hints);
  }
}
