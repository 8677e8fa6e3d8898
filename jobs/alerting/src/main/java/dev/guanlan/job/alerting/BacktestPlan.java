package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.promql.SelectedWindow.Interval;
import dev.guanlan.rules.AlertingRule;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.Rule;
import dev.guanlan.rules.RuleException;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.store.SampleSelection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says which groups of a rule file a backtest evaluates after which, and what of the past they look
 * at. Immutable.
 */
final class BacktestPlan {

  private static final String ALERTS = "ALERTS";
  private static final String ALERTS_FOR_STATE = "ALERTS_FOR_STATE";
  private static final String ALERT_NAME = "alertname";

  private final List<List<RuleGroup>> stages;
  private final Map<List<Matcher>, Long> reachMillis;
  private final List<SelectedWindow> fixed;
  private final Set<String> records;
  private final Set<String> alerts;

  private BacktestPlan(
      List<List<RuleGroup>> stages,
      Map<List<Matcher>, Long> reachMillis,
      List<SelectedWindow> fixed,
      Set<String> records,
      Set<String> alerts) {
    this.stages = stages;
    this.reachMillis = reachMillis;
    this.fixed = fixed;
    this.records = records;
    this.alerts = alerts;
  }

  /**
   * Makes the plan of a file's groups.
   *
   * @param lookbackMillis how far back an instant selector looks
   * @throws RuleException if a group cannot be evaluated in a stream, or groups read what each
   *     other records: live they see it through Kafka, for which a backtest has no counterpart
   */
  static BacktestPlan of(List<RuleGroup> groups, long lookbackMillis) throws RuleException {
    List<CompiledGroup> waiting = new ArrayList<>();
    Map<List<Matcher>, Long> reach = new LinkedHashMap<>();
    List<SelectedWindow> fixed = new ArrayList<>();
    Set<String> records = new HashSet<>();
    Set<String> alerts = new HashSet<>();
    for (RuleGroup group : groups) {
      CompiledGroup compiled = CompiledGroup.of(group, lookbackMillis);
      waiting.add(compiled);
      for (SelectedWindow window : compiled.windows()) {
        if (window.isFixed()) {
          fixed.add(window);
        } else {
          long back = window.millisBack() + group.queryOffsetMillis();
          reach.merge(window.matchers(), back, Math::max);
        }
      }
      for (Rule rule : group.rules()) {
        (rule instanceof AlertingRule ? alerts : records).add(rule.name());
      }
    }
    return new BacktestPlan(
        stages(waiting), reach, List.copyOf(fixed), Set.copyOf(records), Set.copyOf(alerts));
  }

  private static List<List<RuleGroup>> stages(List<CompiledGroup> waiting) throws RuleException {
    List<List<RuleGroup>> stages = new ArrayList<>();
    while (!waiting.isEmpty()) {
      List<CompiledGroup> ready = new ArrayList<>();
      for (CompiledGroup reader : waiting) {
        if (waiting.stream().noneMatch(w -> w != reader && mayRead(reader, w.group()))) {
          ready.add(reader);
        }
      }
      if (ready.isEmpty()) {
        throw new RuleException(
            "the groups %s read what each other records, which a backtest cannot follow; leave one of them out of the file"
                .formatted(waiting.stream().map(group -> group.group().name()).toList()));
      }
      waiting.removeAll(ready);
      stages.add(ready.stream().map(CompiledGroup::group).toList());
    }
    return List.copyOf(stages);
  }

  private static boolean mayRead(CompiledGroup reader, RuleGroup writer) {
    for (SelectedWindow window : reader.windows()) {
      for (Rule rule : writer.rules()) {
        boolean alerting = rule instanceof AlertingRule;
        if (alerting
            ? mayMatch(window, ALERTS, rule.name())
                || mayMatch(window, ALERTS_FOR_STATE, rule.name())
            : mayMatch(window, rule.name(), null)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean mayMatch(SelectedWindow window, String metric, @Nullable String alert) {
    for (Matcher matcher : window.matchers()) {
      if (matcher.name().equals(Labels.METRIC_NAME) && !matcher.matches(metric)) {
        return false;
      }
      if (alert != null && matcher.name().equals(ALERT_NAME) && !matcher.matches(alert)) {
        return false;
      }
    }
    return true;
  }

  /** Returns the groups; those of a stage read nothing that their own or a later stage records. */
  List<List<RuleGroup>> stages() {
    return stages;
  }

  /**
   * Returns how far before a tick the groups look at most, in milliseconds, but for times that are
   * fixed.
   */
  long reachMillis() {
    return reachMillis.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /**
   * Returns what to read of a slice of time.
   *
   * @param afterMillis the slice's beginning, which does not belong to it
   * @param toMillis its end, which does
   * @param firstMillis the first time that may be a tick
   */
  List<SampleSelection> selections(long afterMillis, long toMillis, long firstMillis) {
    List<SampleSelection> selections = new ArrayList<>();
    reachMillis.forEach(
        (matchers, reach) -> {
          // One more, for an end of a window that belongs to it.
          long needed = firstMillis - reach - 1;
          if (toMillis > needed) {
            selections.add(new SampleSelection(matchers, Math.max(afterMillis, needed)));
          }
        });
    Interval slice = new Interval(afterMillis, toMillis);
    for (SelectedWindow window : fixed) {
      Interval time = Objects.requireNonNull(window.fixed());
      if (time.meets(slice)) {
        long from = Math.max(afterMillis, time.afterMillis());
        selections.add(new SampleSelection(window.matchers(), from));
      }
    }
    return selections;
  }

  /**
   * Returns the fixed times that the groups look at, as far as they are before another time; none
   * of them has a time that another has.
   */
  List<Interval> fixedBefore(long millis) {
    List<Interval> before = new ArrayList<>();
    long done = Long.MIN_VALUE;
    for (Interval time :
        fixed.stream()
            .map(window -> Objects.requireNonNull(window.fixed()))
            .sorted(Comparator.comparingLong(Interval::afterMillis))
            .toList()) {
      long from = Math.max(done, time.afterMillis());
      long to = Math.min(time.toMillis(), millis);
      if (from < to) {
        before.add(new Interval(from, to));
        done = to;
      }
    }
    return before;
  }

  /** Tells whether the file's own rules record a series: its past is then not looked up. */
  boolean records(Labels labels) {
    String metric = labels.metricName();
    if (metric.equals(ALERTS) || metric.equals(ALERTS_FOR_STATE)) {
      String alert = labels.toMap().get(ALERT_NAME);
      return alert != null && alerts.contains(alert);
    }
    return records.contains(metric);
  }
}
