package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.ForStates;
import dev.guanlan.rules.Rule;
import dev.guanlan.rules.RuleException;
import dev.guanlan.schema.RuleGroup;
import dev.guanlan.store.SampleReader.Part;
import dev.guanlan.store.SampleSelection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what a rule group needs of the past from the store. Safe for many threads. */
final class HistoryReader {

  /** How much farther back is read: event time may be this much behind the wall clock. */
  static final long BEHIND_MILLIS = 300_000;

  /** How far ahead is read: a sender's clock may be this much before ours. */
  static final long AHEAD_MILLIS = 600_000;

  private final ShardStore.Reader samples;
  private final long lookbackMillis;
  private final ForStates forStates;
  private final Clock clock;

  HistoryReader(ShardStore.Reader samples, long lookbackMillis, ForStates forStates, Clock clock) {
    this.samples = samples;
    this.lookbackMillis = lookbackMillis;
    this.forStates = forStates;
    this.clock = clock;
  }

  /**
   * Says what of a group's windows is filled, and for which rules it was read what was recorded of
   * their alerts.
   *
   * @param windows a number for each that its rules look at, and for each of its rules whose alerts
   *     are restored
   * @param queryOffsetMillis how far they are moved into the past
   */
  record Filled(Set<Long> windows, long queryOffsetMillis) {

    /** Is a group of which nothing is known. */
    static final Filled NOTHING = new Filled(Set.of(), 0);

    static Filled of(Set<SelectedWindow> windows, long queryOffsetMillis) {
      return new Filled(
          windows.stream().map(Filled::number).collect(Collectors.toUnmodifiableSet()),
          queryOffsetMillis);
    }

    boolean has(SelectedWindow window, long offsetMillis) {
      return offsetMillis <= queryOffsetMillis && windows.contains(number(window));
    }

    private boolean hasAlerts(dev.guanlan.rules.RuleGroup group, Rule rule) {
      return windows.contains(number(group, rule));
    }

    /**
     * Returns the number that state knows a window by. Should a release give it another, it is read
     * once more.
     */
    private static long number(SelectedWindow window) {
      return number(window.toString());
    }

    /** Returns the same for a rule's alerts: it is known by what hands memories on to it. */
    private static long number(dev.guanlan.rules.RuleGroup group, Rule rule) {
      Map<String, String> labels = new TreeMap<>(group.labels());
      labels.putAll(rule.labels());
      return number("alerts " + rule.name() + labels);
    }

    private static long number(String text) {
      return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).getMostSignificantBits();
    }
  }

  /** Takes a history part by part. */
  @FunctionalInterface
  interface Parts {

    /** Takes a part; nothing more is read before it returns. */
    void take(GroupHistory part) throws InterruptedException;
  }

  /**
   * Returns what a group has filled if its last version had all of that filled, or null if
   * something is to be read.
   */
  @Nullable Filled filledAlready(RuleGroup record, Filled filled) throws RuleException {
    dev.guanlan.rules.RuleGroup group = RuleGroupRecords.fromRecord(record);
    Set<SelectedWindow> windows = windows(group);
    List<Rule> alerts = alerts(group);
    long offset = group.queryOffsetMillis();
    return !filled.equals(Filled.NOTHING)
            && windows.stream().allMatch(window -> filled.has(window, offset))
            && alerts.stream().allMatch(rule -> filled.hasAlerts(group, rule))
        ? filled(group, windows, alerts)
        : null;
  }

  /** Tells whether all windows of a group are filled, and no more than alerts is to be read. */
  boolean hasWindows(RuleGroup record, Filled filled) throws RuleException {
    dev.guanlan.rules.RuleGroup group = RuleGroupRecords.fromRecord(record);
    return windows(group).stream()
        .allMatch(window -> filled.has(window, group.queryOffsetMillis()));
  }

  /** Returns what stays filled when a group goes on without its history: it looks at no more. */
  Filled kept(RuleGroup record, Filled filled) throws RuleException {
    dev.guanlan.rules.RuleGroup group = RuleGroupRecords.fromRecord(record);
    long offset = group.queryOffsetMillis();
    Set<SelectedWindow> kept =
        windows(group).stream()
            .filter(window -> filled.has(window, offset))
            .collect(Collectors.toUnmodifiableSet());
    List<Rule> alerts =
        alerts(group).stream().filter(rule -> filled.hasAlerts(group, rule)).toList();
    return filled(group, kept, alerts);
  }

  private static Filled filled(
      dev.guanlan.rules.RuleGroup group, Set<SelectedWindow> windows, List<Rule> alerts) {
    Set<Long> numbers = new HashSet<>(Filled.of(windows, 0).windows());
    alerts.forEach(rule -> numbers.add(Filled.number(group, rule)));
    return new Filled(Set.copyOf(numbers), group.queryOffsetMillis());
  }

  /** Returns the rules whose alerts are restored. */
  private List<Rule> alerts(dev.guanlan.rules.RuleGroup group) {
    return group.rules().stream().filter(forStates::restores).toList();
  }

  private Set<SelectedWindow> windows(dev.guanlan.rules.RuleGroup group) throws RuleException {
    return Set.copyOf(CompiledGroup.of(group, lookbackMillis).windows());
  }

  /**
   * Reads a group's history, and what was recorded of the alerts of those of its rules for which it
   * was not read before. Which of these are new is known where they are evaluated.
   *
   * @param filled what the group's last version had filled
   * @return what is filled with it
   * @throws RuleException if the group cannot be evaluated
   */
  Filled read(String key, RuleGroup record, Filled filled, Parts parts)
      throws RuleException, IOException, InterruptedException {
    dev.guanlan.rules.RuleGroup group = RuleGroupRecords.fromRecord(record);
    Set<SelectedWindow> windows = windows(group);
    long offset = group.queryOffsetMillis();
    long now = clock.millis();
    long to = now + AHEAD_MILLIS;
    // By the time up to which they are read.
    Map<Long, List<SampleSelection>> selections = new TreeMap<>();
    for (SelectedWindow window : windows) {
      SampleSelection selection = selection(window, offset, now);
      SelectedWindow.Interval fixed = window.fixed();
      long end = fixed == null ? to : Math.min(to, fixed.toMillis());
      if (!filled.has(window, offset) && selection.fromMillis() < end) {
        selections.computeIfAbsent(end, none -> new ArrayList<>()).add(selection);
      }
    }
    for (Map.Entry<Long, List<SampleSelection>> some : selections.entrySet()) {
      samples.read(
          record.getTenant(),
          some.getValue(),
          some.getKey(),
          Part.WHOLE,
          piece -> parts.take(new GroupHistory(key, record.getVersion(), false, piece)));
    }
    List<Rule> alerts = alerts(group);
    long back = BEHIND_MILLIS + forStates.outageToleranceMillis();
    List<SampleSelection> recorded =
        alerts.stream()
            .filter(rule -> !filled.hasAlerts(group, rule))
            .map(rule -> new SampleSelection(ForStates.matchers(rule), now - back))
            .toList();
    if (!recorded.isEmpty()) {
      samples.read(
          record.getTenant(),
          recorded,
          to,
          Part.WHOLE,
          piece -> parts.take(new GroupHistory(key, record.getVersion(), true, piece)));
    }
    return filled(group, windows, alerts);
  }

  /** Returns what is to be read of a window: all that ticks from now on can look at. */
  private static SampleSelection selection(
      SelectedWindow window, long queryOffsetMillis, long nowMillis) {
    SelectedWindow.Interval fixed = window.fixed();
    long back = BEHIND_MILLIS + queryOffsetMillis + window.millisBack();
    return new SampleSelection(
        window.matchers(), fixed == null ? nowMillis - back : fixed.afterMillis());
  }
}
