package dev.guanlan.job.alerting;

import dev.guanlan.promql.Matcher;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives memory back that the windows of a task must not take: of the selector whose series take
 * most the widest window first, and then of the one whose series take most of what is left. A
 * series' memory is charged to all who look at it, more to those who look farther back; so a rule
 * that looks alone at very many series, or very far back, goes before many that share some.
 *
 * <p>If what takes most cannot be given up yet, nothing else is in its place, unless it is late.
 */
final class MemoryRelief {

  private static final Logger LOG = LoggerFactory.getLogger(MemoryRelief.class);

  /** So many groups are named in the log. */
  private static final int MOST_NAMED = 10;

  /** So often all series are charged anew: that takes its time, and nothing else is done then. */
  private static final int MOST_CHARGED_ANEW = 20;

  private final Collection<LiveGroup> groups;
  private final WindowBudget budget;

  MemoryRelief(Collection<LiveGroup> groups, WindowBudget budget) {
    this.groups = groups;
    this.budget = budget;
  }

  /**
   * Is a selector of a group, and what is charged for its series.
   *
   * @param matchers the selector, or null if it is not known what the group looks at
   */
  private record Taker(LiveGroup group, @Nullable List<Matcher> matchers, double bytes) {}

  /**
   * Gives up as much as there has to be.
   *
   * @return the groups that have lost something, each as often as it did
   */
  List<LiveGroup> relieve() {
    long before = budget.own();
    List<LiveGroup> losers = new ArrayList<>();
    int chargedAnew = 0;
    PriorityQueue<Taker> takers = takers();
    while (!budget.isRelieved() && !takers.isEmpty()) {
      Taker most = takers.remove();
      List<Matcher> matchers = most.matchers();
      if (matchers == null) {
        if (budget.isFarOver()) {
          continue;
        }
        break;
      }
      LiveWindows windows = most.group().windows();
      LiveSelector selector = windows.reach().selectors().of(matchers);
      double bytes = selector == null ? 0 : selector.chargedBytes();
      if (bytes < most.bytes() - most.bytes() / 10) {
        // Less than it was, since something else was given up.
        if (selector != null) {
          takers.add(new Taker(most.group(), matchers, bytes));
        }
        continue;
      }
      long taken = budget.own();
      if (windows.giveUp(matchers)) {
        losers.add(most.group());
        // What looks less far at the same series is charged less now, and may stay.
        windows.series().all().forEach(known -> known.shared.charge());
        LiveSelector left = windows.reach().selectors().of(matchers);
        if (left != null) {
          takers.add(new Taker(most.group(), matchers, left.chargedBytes()));
        }
        if (2 * (taken - budget.own()) < bytes && chargedAnew++ < MOST_CHARGED_ANEW) {
          // Others look at the same series, and are now charged for all of them.
          takers = takers();
        }
      }
    }
    budget.relieved();
    if (losers.isEmpty()) {
      return losers;
    }
    LOG.warn(
        "The windows of this task take {} MiB, and all here may take {}: {} windows are given up,"
            + " {} MiB, and what looks at them fails until they are filled again: of {}",
        before >> 20,
        budget.limit() >> 20,
        losers.size(),
        (before - budget.own()) >> 20,
        losers.stream().map(LiveGroup::key).distinct().limit(MOST_NAMED).toList());
    return losers;
  }

  private PriorityQueue<Taker> takers() {
    for (LiveGroup group : groups) {
      for (LiveSeries known : group.windows().series().all()) {
        // Once, however many look at it.
        if (known.shared.users().get(0) == known) {
          known.shared.charge();
        }
      }
    }
    PriorityQueue<Taker> takers =
        new PriorityQueue<>(Comparator.comparingDouble(Taker::bytes).reversed());
    for (LiveGroup group : groups) {
      LiveWindows windows = group.windows();
      if (windows.reach().mayGiveUp()) {
        for (LiveSelector selector : windows.reach().selectors().all()) {
          takers.add(new Taker(group, selector.matchers(), selector.chargedBytes()));
        }
      } else {
        takers.add(new Taker(group, null, chargedBytes(windows)));
      }
    }
    return takers;
  }

  private static double chargedBytes(LiveWindows windows) {
    double bytes = 0;
    for (LiveSeries known : windows.series().all()) {
      bytes += known.chargedBytes;
    }
    return bytes;
  }
}
