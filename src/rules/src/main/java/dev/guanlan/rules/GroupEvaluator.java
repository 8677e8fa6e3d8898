package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.engine.Engine;
import dev.guanlan.promql.engine.StaleMarker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the rules of a group at a tick, in order, each seeing what those before it recorded.
 * Follows {@code Group.Eval} of Prometheus' {@code rules/group.go}. For one thread; over a {@link
 * dev.guanlan.promql.engine.StandingSource}, which has to be the same one each time, it keeps from
 * tick to tick what only depends on which series there are.
 */
public final class GroupEvaluator {

  private final CompiledGroup group;
  private final RuleEvaluator evaluator;
  private final EvaluationSettings settings;
  private final long intervalMillis;
  private final AlertPlaces places;

  /** Makes an evaluator whose templates know no topology. */
  public GroupEvaluator(
      CompiledGroup group, Engine engine, EvaluationSettings settings, long intervalMillis) {
    this(group, engine, settings, intervalMillis, AlertPlaces.UNKNOWN);
  }

  /**
   * Makes an evaluator.
   *
   * @param intervalMillis time between two ticks of the group in milliseconds, the platform's
   *     default already applied
   * @param places tells templates where alerts belong
   */
  public GroupEvaluator(
      CompiledGroup group,
      Engine engine,
      EvaluationSettings settings,
      long intervalMillis,
      AlertPlaces places) {
    this(group, engine, settings, intervalMillis, places, System::nanoTime);
  }

  /** Makes an evaluator that bounds texts by another clock, in nanoseconds. */
  GroupEvaluator(
      CompiledGroup group,
      Engine engine,
      EvaluationSettings settings,
      long intervalMillis,
      AlertPlaces places,
      LongSupplier nanoTime) {
    this.group = group;
    this.evaluator = new RuleEvaluator(engine, settings, nanoTime);
    this.settings = settings;
    this.intervalMillis = intervalMillis;
    this.places = places;
  }

  /** Returns the group. */
  public CompiledGroup group() {
    return group;
  }

  /**
   * Evaluates the group at a tick.
   *
   * @param tickMillis the tick in milliseconds since the epoch
   * @param memories what each rule remembers, in the group's order
   * @param stale series of rules that are no longer in the group, to be marked as ended
   * @param windows samples that the group's selectors choose; takes what is recorded
   */
  public TickOutcome evaluate(
      long tickMillis, List<RuleMemory> memories, List<Labels> stale, Windows windows) {
    return evaluate(tickMillis, memories, stale, windows, rule -> null, true);
  }

  /**
   * Evaluates the group at a tick at which not every rule can be, or not all is told.
   *
   * @param refusals why a rule cannot be evaluated, by its place in the group; null if it can
   * @param tellsFiring whether alerts that fire are handed over; if not they are due at the next
   *     tick at which they are. What is resolved is handed over in any case
   * @see #evaluate(long, List, List, Windows)
   */
  public TickOutcome evaluate(
      long tickMillis,
      List<RuleMemory> memories,
      List<Labels> stale,
      Windows windows,
      IntFunction<@Nullable String> refusals,
      boolean tellsFiring) {
    Tick tick = new Tick(tickMillis, windows, refusals, tellsFiring);
    List<RuleMemory> after = new ArrayList<>();
    for (int i = 0; i < group.rules().size(); i++) {
      long began = System.nanoTime();
      tick.size = 0;
      tick.limited = false;
      after.add(tick.rule(i, memories.get(i)));
      tick.outcomes.add(new RuleOutcome(System.nanoTime() - began, tick.size, tick.limited));
    }
    for (Labels series : stale) {
      tick.record(series, StaleMarker.VALUE);
    }
    return new TickOutcome(
        after, tick.recorded, tick.transitions, tick.notifications, tick.failures, tick.outcomes);
  }

  /** Collects what one tick produces. */
  private final class Tick {
    private final long tickMillis;
    private final long queryMillis;
    private final Windows windows;
    private final IntFunction<@Nullable String> refusals;
    private final boolean tellsFiring;
    private final List<RecordedSample> recorded = new ArrayList<>();
    private final List<Transition> transitions = new ArrayList<>();
    private final List<Notification> notifications = new ArrayList<>();
    private final List<RuleFailure> failures = new ArrayList<>();
    private final List<RuleOutcome> outcomes = new ArrayList<>();

    /** Of the rule that is being evaluated. */
    private int size;

    private boolean limited;

    private Tick(
        long tickMillis,
        Windows windows,
        IntFunction<@Nullable String> refusals,
        boolean tellsFiring) {
      this.tickMillis = tickMillis;
      this.queryMillis = tickMillis - group.group().queryOffsetMillis();
      this.windows = windows;
      this.refusals = refusals;
      this.tellsFiring = tellsFiring;
    }

    private RuleMemory rule(int index, RuleMemory before) {
      CompiledRule rule = group.rules().get(index);
      int recordedBefore = recorded.size();
      int transitionsBefore = transitions.size();
      int notificationsBefore = notifications.size();
      int failuresBefore = failures.size();
      try {
        String refusal = refusals.apply(index);
        if (refusal != null) {
          throw new RuleEvaluator.FailedException(refusal);
        }
        return rule.rule() instanceof AlertingRule alerting
            ? alerting(index, rule, alerting, before)
            : recording(index, rule, before);
      } catch (LimitExceededException e) {
        failures.add(new RuleFailure(index, rule.rule().name(), e.getMessage(), false));
        // As in Prometheus: a rule that overflows forgets its alerts, and tries afresh.
        before.alerts().values().forEach(this::forget);
        return new RuleMemory(new TreeMap<>(), before.recorded());
      } catch (RuleEvaluator.FailedException e) {
        failures.add(new RuleFailure(index, rule.rule().name(), e.getMessage(), false));
        return before;
      } catch (RuntimeException | StackOverflowError e) {
        // A fault of ours. As in Prometheus it takes no other rule with it.
        evaluator.distrust(rule);
        limited = false;
        recorded.subList(recordedBefore, recorded.size()).clear();
        transitions.subList(transitionsBefore, transitions.size()).clear();
        notifications.subList(notificationsBefore, notifications.size()).clear();
        failures.subList(failuresBefore, failures.size()).clear();
        failures.add(
            new RuleFailure(index, rule.rule().name(), "unexpected error: " + e, false, e));
        return before;
      }
    }

    /** Notes that an alert is no more, of which nobody is told that it was resolved. */
    private void forget(Alert alert) {
      AlertState state = alert.state();
      if (state == AlertState.FIRING || state == AlertState.PENDING) {
        transitions.add(new Transition(alert, state, AlertState.INACTIVE, tickMillis));
      }
    }

    /** Notes that a rule has more than its group's limit, and that the first are kept. */
    private void limited(int index, String exceeded) {
      failures.add(
          new RuleFailure(
              index,
              group.rules().get(index).rule().name(),
              exceeded + "; the first " + group.group().limit() + " are kept",
              true));
    }

    private RuleMemory recording(int index, CompiledRule rule, RuleMemory before)
        throws RuleEvaluator.FailedException {
      SortedMap<Labels, RuleSample> series = evaluator.recording(rule, windows, queryMillis);
      size = series.size();
      int limit = group.group().limit();
      if (limit > 0 && series.size() > limit) {
        limited = true;
        String exceeded = "exceeded limit of " + limit + " with " + series.size() + " series";
        if (!settings.limitKeepsFirst()) {
          throw new RuleEvaluator.FailedException(exceeded);
        }
        limited(index, exceeded);
        series = series.headMap(List.copyOf(series.keySet()).get(limit));
      }
      series.forEach(
          (labels, sample) -> {
            Histogram histogram = sample.histogram();
            if (histogram == null) {
              record(labels, sample.value());
            } else {
              recorded.add(new RecordedSample(labels, queryMillis, Double.NaN, histogram));
              windows.append(labels, queryMillis, histogram);
            }
          });
      return new RuleMemory(new TreeMap<>(), end(before, new TreeSet<>(series.keySet())));
    }

    private RuleMemory alerting(
        int index, CompiledRule rule, AlertingRule alerting, RuleMemory before)
        throws RuleEvaluator.FailedException, LimitExceededException {
      int limit = group.group().limit();
      List<RuleSample> found = evaluator.found(rule, windows, queryMillis);
      // Before texts are expanded: so many may be more than there is memory for.
      if (found.size() > settings.maxAlerts()) {
        if (limit > 0 && found.size() > limit && !settings.limitKeepsFirst()) {
          size = found.size();
          limited = true;
          throw new LimitExceededException(exceeded(limit, found.size()));
        }
        throw tooMany(found.size());
      }
      PlacedElements placed = new PlacedElements(places, rule.usesTopology(), before);
      Map<Labels, AlertStates.Element> result =
          evaluator.alerts(rule, found, windows, tickMillis, placed);
      size = result.size();
      AlertStates.Step step =
          AlertStates.step(alerting, placed.alerts(), result, tickMillis, placed.superseded());
      if (limit > 0 && step.active() > limit) {
        limited = true;
        String exceeded = exceeded(limit, step.active());
        if (!settings.limitKeepsFirst()) {
          throw new LimitExceededException(exceeded);
        }
        limited(index, exceeded);
        step = AlertStates.first(limit, step, before.alerts(), tickMillis);
      }
      step = letGo(index, step);
      step = AlertStates.withNewestResolved(settings.maxAlerts(), settings.maxCharacters(), step);
      transitions.addAll(step.transitions());
      SortedMap<Labels, Alert> alerts = send(alerting, step.alerts());
      SortedSet<Labels> series = new TreeSet<>();
      for (Alert alert : alerts.values()) {
        if (alert.state() != AlertState.RESOLVED) {
          AlertSeries of = AlertSeries.of(alert, rule.labels());
          record(of.alerts(), 1);
          record(of.forState(), (double) Math.floorDiv(alert.activeAtMillis(), 1000L));
          series.add(of.alerts());
          series.add(of.forState());
        }
      }
      return new RuleMemory(alerts, end(before, series), placed.kept(alerts));
    }

    /** Lets go of alerts that are in no result, where there are more than a rule may have. */
    private AlertStates.Step letGo(int index, AlertStates.Step step) {
      AlertStates.Step left =
          AlertStates.withNewestHeld(
              settings.maxAlerts(), settings.maxCharacters(), step, tickMillis);
      int gone = step.active() - left.active();
      if (gone > 0) {
        limited = true;
        failures.add(
            new RuleFailure(
                index,
                group.rules().get(index).rule().name(),
                "let go of "
                    + gone
                    + " alerts that keep_firing_for held: with them it has more than "
                    + settings.maxAlerts()
                    + " (rules.max-alerts), or their annotations more than "
                    + settings.maxCharacters()
                    + " characters",
                true));
      }
      return left;
    }

    private static String exceeded(int limit, int alerts) {
      return "exceeded limit of " + limit + " with " + alerts + " alerts";
    }

    private RuleEvaluator.FailedException tooMany(int alerts) {
      return new RuleEvaluator.FailedException(
          "it has "
              + alerts
              + " alerts, and a rule may have "
              + settings.maxAlerts()
              + " (rules.max-alerts); narrow the expression, aggregate, or raise that");
    }

    /** Hands over the alerts that are due, and notes that they were. */
    private SortedMap<Labels, Alert> send(AlertingRule rule, SortedMap<Labels, Alert> alerts) {
      SortedMap<Labels, Alert> after = new TreeMap<>();
      for (Map.Entry<Labels, Alert> entry : alerts.entrySet()) {
        Alert alert = entry.getValue();
        if ((tellsFiring || alert.state() == AlertState.RESOLVED)
            && alert.needsSending(tickMillis, settings.resendDelayMillis())) {
          alert = alert.sent(tickMillis);
          notifications.add(Notifications.of(rule, alert, tickMillis, intervalMillis, settings));
        }
        after.put(entry.getKey(), alert);
      }
      return after;
    }

    /** Marks the series that a rule recorded before and does not any more. */
    private SortedSet<Labels> end(RuleMemory before, SortedSet<Labels> now) {
      for (Labels series : before.recorded()) {
        if (!now.contains(series)) {
          record(series, StaleMarker.VALUE);
        }
      }
      return now;
    }

    private void record(Labels series, double value) {
      recorded.add(new RecordedSample(series, queryMillis, value));
      windows.append(series, queryMillis, value);
    }
  }

  /** Says that a rule has more alerts than its group may have. */
  private static final class LimitExceededException extends Exception {
    private static final long serialVersionUID = 1;

    private LimitExceededException(String message) {
      super(message);
    }
  }
}
