package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.ForStates;
import dev.guanlan.rules.Rule;
import dev.guanlan.rules.RuleException;
import dev.guanlan.schema.RuleGroup;
import dev.guanlan.store.SampleReader;
import dev.guanlan.store.SampleSelection;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads what a rule group needs of the past from the store. Safe for many threads. */
final class HistoryReader {

  /** How much farther back is read: event time may be this much behind the wall clock. */
  private static final long BEHIND_MILLIS = 300_000;

  /** How far ahead is read: a sender's clock may be this much before ours. */
  static final long AHEAD_MILLIS = 600_000;

  private final SampleReader samples;
  private final long lookbackMillis;
  private final ForStates forStates;
  private final Clock clock;

  HistoryReader(SampleReader samples, long lookbackMillis, ForStates forStates, Clock clock) {
    this.samples = samples;
    this.lookbackMillis = lookbackMillis;
    this.forStates = forStates;
    this.clock = clock;
  }

  /**
   * Says what of a group's windows is filled.
   *
   * @param windows what its rules look at
   * @param queryOffsetMillis how far they are moved into the past
   */
  record Filled(Set<SelectedWindow> windows, long queryOffsetMillis) {

    /** Is a group of which nothing is known. */
    static final Filled NOTHING = new Filled(Set.of(), 0);

    boolean has(SelectedWindow window, long offsetMillis) {
      return offsetMillis <= queryOffsetMillis && windows.contains(window);
    }
  }

  /**
   * Is the history of a group.
   *
   * @param filled what is filled with it
   * @param parts what to hand on before the group
   */
  record History(Filled filled, List<GroupUpdate> parts) {}

  /**
   * Returns what a group has filled if its last version had all of that filled, or null if
   * something is to be read.
   */
  @Nullable Filled filledAlready(RuleGroup record, Filled filled) throws RuleException {
    dev.guanlan.rules.RuleGroup group = RuleGroupRecords.fromRecord(record);
    Set<SelectedWindow> windows = windows(group);
    long offset = group.queryOffsetMillis();
    return !filled.equals(Filled.NOTHING)
            && windows.stream().allMatch(window -> filled.has(window, offset))
        ? new Filled(windows, offset)
        : null;
  }

  private Set<SelectedWindow> windows(dev.guanlan.rules.RuleGroup group) throws RuleException {
    return Set.copyOf(CompiledGroup.of(group, lookbackMillis).windows());
  }

  /**
   * Reads a group's history.
   *
   * @param filled what the group's last version had filled
   * @throws RuleException if the group cannot be evaluated
   */
  History read(String key, RuleGroup record, Filled filled)
      throws RuleException, IOException, InterruptedException {
    dev.guanlan.rules.RuleGroup group = RuleGroupRecords.fromRecord(record);
    Set<SelectedWindow> windows = windows(group);
    long now = clock.millis();
    // By the time up to which they are read.
    Map<Long, List<SampleSelection>> selections = new TreeMap<>();
    for (SelectedWindow window : windows) {
      if (filled.has(window, group.queryOffsetMillis())) {
        continue;
      }
      long back = BEHIND_MILLIS + group.queryOffsetMillis() + window.millisBack();
      SelectedWindow.Interval fixed = window.fixed();
      long from = fixed == null ? now - back : fixed.afterMillis();
      long to = now + AHEAD_MILLIS;
      to = fixed == null ? to : Math.min(to, fixed.toMillis());
      if (from < to) {
        selections
            .computeIfAbsent(to, none -> new ArrayList<>())
            .add(new SampleSelection(window.matchers(), from));
      }
    }
    List<GroupUpdate> parts = new ArrayList<>();
    for (Map.Entry<Long, List<SampleSelection>> some : selections.entrySet()) {
      for (SampleBlock block : samples.read(record.getTenant(), some.getValue(), some.getKey())) {
        parts.add(new GroupHistory(key, false, block));
      }
    }
    if (filled.equals(Filled.NOTHING)) {
      List<SampleSelection> alerts = new ArrayList<>();
      for (Rule rule : group.rules()) {
        if (forStates.restores(rule)) {
          long back = BEHIND_MILLIS + forStates.outageToleranceMillis();
          alerts.add(new SampleSelection(ForStates.matchers(rule), now - back));
        }
      }
      for (SampleBlock block : samples.read(record.getTenant(), alerts, now + AHEAD_MILLIS)) {
        parts.add(new GroupHistory(key, true, block));
      }
    }
    return new History(new Filled(windows, group.queryOffsetMillis()), parts);
  }
}
