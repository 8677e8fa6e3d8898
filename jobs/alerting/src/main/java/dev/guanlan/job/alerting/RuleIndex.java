package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.model.Labels;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.RuleException;
import dev.guanlan.schema.RuleGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rule groups that select a series, each in its newest version, and for a while in those
 * before, which are evaluated until the newest takes over. For one thread.
 *
 * <p>A selector that is fixed to a time selects from when there are samples of that time until some
 * while after it: of what came before and comes later nothing is looked at.
 */
final class RuleIndex {

  /** How late samples of a fixed time may be. */
  static final long LATE_MILLIS = 3_600_000;

  private static final String[] NONE = {};

  /** Stands for when a change was heard of that the job found when it started. */
  private static final long FOUND = Long.MIN_VALUE;

  private final long lookbackMillis;
  private final TakeOver takeOver;
  private final Map<String, Entry> groups = new HashMap<>();
  private final Map<String, SelectorIndex> tenants = new HashMap<>();

  /** The newest time of any sample; the greatest number as long as nobody has told of time. */
  private long newestMillis = Long.MAX_VALUE;

  /** Event time. */
  private long watermarkMillis = Long.MIN_VALUE;

  /** When any selector begins to select, and when any ends: of a fixed time, or replaced. */
  private long beginMillis = Long.MAX_VALUE;

  private long endMillis = Long.MAX_VALUE;

  /** Begins empty, for versions that take over at once. */
  RuleIndex(long lookbackMillis) {
    this(lookbackMillis, TakeOver.AT_ONCE);
  }

  /**
   * Begins empty.
   *
   * @param takeOver when a version takes over from the one before it
   */
  RuleIndex(long lookbackMillis, TakeOver takeOver) {
    this.lookbackMillis = lookbackMillis;
    this.takeOver = takeOver;
  }

  /** Is what a version looks at that the next one does not, until that has taken over. */
  private record Replaced(List<SelectedWindow> windows, long untilMillis) {

    Replaced atLeastUntil(long millis) {
      return new Replaced(windows, Math.max(untilMillis, millis));
    }
  }

  private record Entry(
      RuleChange change,
      long heardMillis,
      String tenant,
      List<SelectedWindow> windows,
      List<Replaced> replaced) {

    long version() {
      return change.version();
    }

    boolean dependsOnTime() {
      return !replaced.isEmpty() || windows.stream().anyMatch(SelectedWindow::isFixed);
    }

    /** Returns all that may be looked at now or at another time. */
    List<SelectedWindow> all() {
      if (replaced.isEmpty()) {
        return windows;
      }
      List<SelectedWindow> all = new ArrayList<>(windows);
      replaced.forEach(version -> all.addAll(version.windows()));
      return all;
    }

    Entry withReplaced(List<Replaced> others) {
      return new Entry(change, heardMillis, tenant, windows, List.copyOf(others));
    }
  }

  /**
   * Takes a change; one that is not newer than what is known is ignored.
   *
   * @return whether anything changed
   * @throws RuleException if the group cannot be evaluated; the index is as before
   */
  boolean apply(RuleChange change) throws RuleException {
    return apply(change, FOUND);
  }

  private List<SelectedWindow> windows(RuleChange change) throws RuleException {
    RuleGroup group = change.group();
    return group == null
        ? List.of()
        : CompiledGroup.of(RuleGroupRecords.fromRecord(group), lookbackMillis).windows();
  }

  /**
   * Takes a change of a group that selects series by no more than some of its windows.
   *
   * @see #apply(RuleChange)
   */
  boolean apply(RuleChange change, List<SelectedWindow> windows) {
    return apply(change, windows, FOUND);
  }

  /**
   * Takes a change that was heard of at a time by the wall clock; the least number if the job found
   * it when it started.
   *
   * @see #apply(RuleChange)
   */
  boolean apply(RuleChange change, long nowMillis) throws RuleException {
    return apply(change, windows(change), nowMillis);
  }

  private boolean apply(RuleChange change, List<SelectedWindow> windows, long nowMillis) {
    Entry known = groups.get(change.key());
    if (known != null && change.version() <= known.version()) {
      return false;
    }
    RuleGroup group = change.group();
    // Of a deleted group the version stays known: no older record of it can bring it back.
    Entry next =
        new Entry(
            change,
            nowMillis,
            group == null ? "" : group.getTenant(),
            windows,
            group == null || known == null ? List.of() : replacedBy(change, nowMillis, known));
    groups.put(change.key(), next);
    leave(change.key(), known);
    select(change.key(), next);
    return group != null || (known != null && !known.all().isEmpty());
  }

  /**
   * Has versions go on that were not replaced yet when the job stopped: those that are to take over
   * are under way from now on, while event time passes the time of the pause.
   *
   * @param nowMillis the wall clock
   */
  void goOn(long nowMillis) {
    // State of releases before has no event time; a sender may be ahead of it, so this is a guess.
    long reached = watermarkMillis == Long.MIN_VALUE ? newestMillis : watermarkMillis;
    groups.replaceAll(
        (key, known) ->
            known.withReplaced(
                known.replaced().stream()
                    .map(
                        version ->
                            version.untilMillis() < reached
                                ? version
                                : version.atLeastUntil(nowMillis + takeOver.latestMillis()))
                    .toList()));
  }

  /** Looks at nothing for versions before the newest: the job begins with that. */
  void forgetReplaced() {
    groups.replaceAll(
        (key, known) -> {
          if (known.replaced().isEmpty()) {
            return known;
          }
          leave(key, known);
          Entry newest = known.withReplaced(List.of());
          select(key, newest);
          return newest;
        });
  }

  /** Returns what versions look at that may go on until one takes over. */
  private List<Replaced> replacedBy(RuleChange next, long nowMillis, Entry known) {
    long until = Math.max(next.version(), nowMillis) + takeOver.latestMillis();
    if (takeOver.latestMillis() == 0 || known.windows().isEmpty() || watermarkMillis > until) {
      return known.replaced();
    }
    List<Replaced> replaced = new ArrayList<>(known.replaced());
    boolean early = isEarly(next, nowMillis, known);
    if (early && !replaced.isEmpty()) {
      // The one before it goes on in its place.
      replaced.add(replaced.remove(replaced.size() - 1).atLeastUntil(until));
    }
    // One that looks at no more may have taken over at once, and costs nothing.
    if (!early || looksWithin(known.windows(), known.replaced())) {
      replaced.add(new Replaced(known.windows(), until));
    }
    return List.copyOf(replaced);
  }

  /**
   * Tells whether a version is replaced before its history is read, which it waits for if it looks
   * at more than the one before: it was never evaluated then.
   */
  private boolean isEarly(RuleChange next, long nowMillis, Entry known) {
    if (next.version() - known.version() >= takeOver.soonestMillis()) {
      return false;
    }
    if (known.heardMillis() == FOUND) {
      // Nobody knows when it was heard of; of two that were found, both as they were published.
      return nowMillis == FOUND;
    }
    // As it is read: by its publication, but a publisher's clock may be ahead.
    long sinceMillis = Math.min(known.version(), known.heardMillis());
    return nowMillis - sinceMillis < takeOver.soonestMillis();
  }

  private static boolean looksWithin(List<SelectedWindow> windows, List<Replaced> others) {
    Set<List<Matcher>> known = new HashSet<>();
    others.forEach(other -> other.windows().forEach(window -> known.add(window.matchers())));
    return windows.stream().allMatch(window -> known.contains(window.matchers()));
  }

  /**
   * Takes note of time.
   *
   * @param newest the newest time of any sample, in milliseconds since the epoch
   * @param watermark event time
   * @return whether a group selects other series than before
   */
  boolean pass(long newest, long watermark) {
    newestMillis = newestMillis == Long.MAX_VALUE ? newest : Math.max(newestMillis, newest);
    watermarkMillis = Math.max(watermarkMillis, watermark);
    if (newestMillis <= beginMillis && watermarkMillis <= endMillis) {
      return false;
    }
    beginMillis = Long.MAX_VALUE;
    endMillis = Long.MAX_VALUE;
    for (Map.Entry<String, Entry> group : groups.entrySet()) {
      Entry known = group.getValue();
      if (known.dependsOnTime()) {
        leave(group.getKey(), known);
        group.setValue(
            known.withReplaced(
                known.replaced().stream()
                    .filter(version -> watermarkMillis <= version.untilMillis())
                    .toList()));
        select(group.getKey(), group.getValue());
      }
    }
    return true;
  }

  /** Has a group select what it looks at now. */
  private void select(String key, Entry entry) {
    List<SelectedWindow> selecting = entry.all().stream().filter(this::selects).toList();
    for (Replaced version : entry.replaced()) {
      endMillis = Math.min(endMillis, version.untilMillis());
    }
    if (!selecting.isEmpty()) {
      tenants.computeIfAbsent(entry.tenant(), name -> new SelectorIndex()).add(key, selecting);
    }
  }

  private boolean selects(SelectedWindow window) {
    SelectedWindow.Interval fixed = window.fixed();
    if (fixed == null) {
      return true;
    }
    long end = fixed.toMillis() + LATE_MILLIS;
    if (watermarkMillis > end) {
      return false;
    }
    endMillis = Math.min(endMillis, end);
    if (newestMillis > fixed.afterMillis()) {
      return true;
    }
    beginMillis = Math.min(beginMillis, fixed.afterMillis());
    return false;
  }

  private void leave(String key, @Nullable Entry known) {
    List<SelectedWindow> windows = known == null ? List.of() : known.all();
    if (known == null || windows.isEmpty()) {
      return;
    }
    SelectorIndex tenant = tenants.get(known.tenant());
    if (tenant != null) {
      tenant.remove(key, windows);
      if (tenant.isEmpty()) {
        tenants.remove(known.tenant());
      }
    }
  }

  /** Returns the version of a group that is known, or -1 if none is. */
  long version(String key) {
    Entry known = groups.get(key);
    return known == null ? -1 : known.version();
  }

  /** Returns the newest change of a group that is known, or null if none is. */
  @Nullable RuleChange newest(String key) {
    Entry known = groups.get(key);
    return known == null ? null : known.change();
  }

  /** Forgets a group, whatever its version. */
  void remove(String key) {
    leave(key, groups.remove(key));
  }

  /** Returns the keys of the groups that select a series. */
  String[] match(String tenantName, Labels labels) {
    SelectorIndex tenant = tenants.get(tenantName);
    if (tenant == null) {
      return NONE;
    }
    // In one order, so that it is one set to who compares sets.
    String[] keys = tenant.match(labels).toArray(NONE);
    Arrays.sort(keys);
    return keys;
  }

  /** Returns how many groups select anything. */
  int size() {
    int size = 0;
    for (Entry entry : groups.values()) {
      size += entry.windows().isEmpty() ? 0 : 1;
    }
    return size;
  }
}
