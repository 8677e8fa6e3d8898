package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.SeriesWindow;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.promql.SelectedWindow.Interval;
import dev.guanlan.promql.engine.SelectHints;
import dev.guanlan.promql.engine.SeriesSet;
import dev.guanlan.promql.engine.StandingSeries;
import dev.guanlan.promql.engine.StandingSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a group's selectors look at that are fixed to a time: exactly the samples of that
 * time, for as long as a rule looks at them. They are apart from the windows that move, which go on
 * as if nobody looked at these series but who moves; a sample that both look at is in both.
 *
 * <p>In state each series is written as a whole, when it has changed: most times are over, and
 * nothing changes any more. For one thread.
 */
final class FixedWindows {

  /** Stands for the selectors that choose a series that none does. */
  static final FixedSelector[] NONE = {};

  private static final StandingSeries[] NO_SERIES = {};

  /** So many series that were left out are told apart; of more, any may have been. */
  private static final int MOST_LEFT_OUT = 1_000;

  private final SeriesPool pool;
  private final int maxSeries;
  private final Map<SelectedWindow, FixedSelector> selectors = new LinkedHashMap<>();
  private final Map<SeriesId, FixedSeries> series = new HashMap<>();
  private final List<FixedSeries> changed = new ArrayList<>();
  private final Set<SeriesId> removed = new HashSet<>();

  /** What state says is lacking, until it is known what the group looks at. */
  private final Set<String> restoredLacks = new HashSet<>();

  /** What was left out of the history of rules that are on their way. */
  private final Set<LeftOut> leftOut = new LinkedHashSet<>();

  /** The newest version of these rules. */
  private long leftOutVersion = Long.MIN_VALUE;

  private boolean lacksChanged;
  private long nowMillis = Long.MIN_VALUE;
  private long version;

  /** The end of the latest time that anything is fixed to; the least number if nothing is. */
  private long latestMillis = Long.MIN_VALUE;

  /**
   * Begins with nothing.
   *
   * @param maxSeries how many series are held at most
   */
  FixedWindows(SeriesPool pool, int maxSeries) {
    this.pool = pool;
    this.maxSeries = maxSeries;
  }

  /**
   * Is a series of which samples are not kept.
   *
   * @param labels its labels; null if they are not known
   */
  private record LeftOut(@Nullable Labels labels, Interval time) {}

  private static final LeftOut ANY =
      new LeftOut(null, new Interval(Long.MIN_VALUE, Long.MAX_VALUE));

  /** Takes a series from state. */
  void restore(SeriesId id, SeriesWindow window) {
    FixedSeries restored = new FixedSeries(id, window.labels());
    restored.addAll(window);
    pool.count(restored.growth());
    series.put(id, restored);
  }

  /** Takes from state that something is lacking. */
  void restoreLack(String window) {
    restoredLacks.add(window);
  }

  /**
   * Goes over to what a version of the group looks at: keeps what both look at, and forgets the
   * rest.
   *
   * @param groupVersion the version's number
   * @return whether it is something else than before
   */
  boolean follow(List<SelectedWindow> windows, long groupVersion) {
    Map<SelectedWindow, FixedSelector> next = new LinkedHashMap<>();
    for (SelectedWindow window : windows) {
      if (window.isFixed()) {
        FixedSelector known = selectors.get(window);
        next.putIfAbsent(window, known == null ? begun(window) : known);
      }
    }
    if (groupVersion >= leftOutVersion) {
      leftOut.clear();
    }
    if (next.keySet().equals(selectors.keySet()) && restoredLacks.isEmpty() && isSettled()) {
      return false;
    }
    lacksChanged |= selectors.values().stream().anyMatch(known -> known.lacking);
    lacksChanged |= !restoredLacks.isEmpty();
    restoredLacks.clear();
    selectors.clear();
    selectors.putAll(next);
    latestMillis = Long.MIN_VALUE;
    for (FixedSelector selector : next.values()) {
      latestMillis = Math.max(latestMillis, selector.time().toMillis());
      lacksChanged |= selector.lacking;
      selector.clear();
    }
    for (FixedSeries known : List.copyOf(series.values())) {
      settle(known);
    }
    version++;
    return true;
  }

  private FixedSelector begun(SelectedWindow window) {
    FixedSelector selector = new FixedSelector(window);
    selector.lacking = restoredLacks.contains(window.toString());
    for (LeftOut left : leftOut) {
      selector.lacking |= lacks(selector, left.labels(), left.time());
    }
    return selector;
  }

  /** Tells whether it is known of every series what chooses it: not of those from state. */
  private boolean isSettled() {
    return series.values().stream().allMatch(known -> known.selectors.length > 0);
  }

  /** Leaves of a series what is looked at. */
  private void settle(FixedSeries known) {
    FixedSelector[] choosing = choosing(known.samples.labels());
    SeriesWindow before = known.window();
    FixedSeries left = new FixedSeries(known.id, before.labels());
    for (FixedSelector selector : choosing) {
      left.addAll(FixedSeries.window(known.samples, selector.time()));
    }
    FixedSeries kept = left.samples.size() == before.size() ? known : left;
    if (kept != known) {
      pool.count(-known.counted());
      if (kept.samples.isEmpty()) {
        series.remove(known.id);
        removed.add(known.id);
        return;
      }
      series.put(kept.id, kept);
      pool.count(kept.growth());
      note(kept);
    }
    kept.selectors = choosing;
    for (FixedSelector selector : choosing) {
      selector.add(kept);
    }
  }

  private void note(FixedSeries kept) {
    if (!kept.changed) {
      kept.changed = true;
      changed.add(kept);
    }
  }

  /** Returns the selectors that choose a series. */
  FixedSelector[] choosing(Labels labels) {
    if (selectors.isEmpty()) {
      return NONE;
    }
    List<FixedSelector> choosing = new ArrayList<>();
    for (FixedSelector selector : selectors.values()) {
      if (selector.chooses(labels)) {
        choosing.add(selector);
      }
    }
    return choosing.isEmpty() ? NONE : choosing.toArray(NONE);
  }

  /**
   * Returns the end of the latest time that anything is fixed to, in milliseconds since the epoch;
   * the least number if nothing is.
   */
  long latestMillis() {
    return latestMillis;
  }

  /** Tells whether any of some selectors looks at a time. */
  static boolean lookAt(FixedSelector[] choosing, long timestampMillis) {
    for (FixedSelector selector : choosing) {
      if (selector.time().has(timestampMillis)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Takes a sample if it is looked at; of several at one time the first one stays.
   *
   * @param choosing the selectors that choose the series
   */
  void add(
      SeriesId id,
      Labels labels,
      FixedSelector[] choosing,
      long timestampMillis,
      double value,
      @Nullable Histogram histogram) {
    if (!lookAt(choosing, timestampMillis)) {
      return;
    }
    FixedSeries to = series.get(id);
    if (to == null) {
      if (series.size() >= maxSeries || pool.isScarce()) {
        leaveOut(labels, timestampMillis, timestampMillis);
        return;
      }
      to = new FixedSeries(id, labels);
      to.selectors = choosing;
      series.put(id, to);
      removed.remove(id);
      for (FixedSelector selector : choosing) {
        selector.add(to);
      }
    }
    if (to.samples.add(timestampMillis, value, histogram)) {
      note(to);
      pool.count(to.growth());
      version++;
    }
  }

  /** Takes what is looked at of a series that is there already. */
  void addAll(SeriesId id, StandingSeries from, FixedSelector[] choosing) {
    for (FixedSelector selector : choosing) {
      SeriesWindow window = FixedSeries.window(from, selector.time());
      @Nullable Histogram[] histograms = window.histograms();
      for (int i = 0; i < window.size(); i++) {
        add(
            id,
            from.labels(),
            choosing,
            window.timestamps()[i],
            window.values()[i],
            histograms == null ? null : histograms[i]);
      }
    }
  }

  /**
   * Notes that samples of a series are not kept.
   *
   * @param labels the labels of the series; null if they are not known, or of all series
   * @param oldestMillis the time of the oldest
   * @param newestMillis the time of the newest
   */
  void leaveOut(@Nullable Labels labels, long oldestMillis, long newestMillis) {
    Interval time = new Interval(oldestMillis - 1, newestMillis);
    for (FixedSelector selector : selectors.values()) {
      if (!selector.lacking && lacks(selector, labels, time)) {
        selector.lacking = true;
        lacksChanged = true;
      }
    }
  }

  /** Notes that nothing up to a time is there. */
  void lackUpTo(long millis) {
    leaveOut(null, Long.MIN_VALUE + 1, millis);
  }

  /**
   * Notes the same of the history of rules that are on their way, and may look at them.
   *
   * @param groupVersion the version of the group that they come with
   */
  void leaveOutOfHistory(Labels labels, long oldestMillis, long newestMillis, long groupVersion) {
    leaveOut(labels, oldestMillis, newestMillis);
    note(new LeftOut(labels, new Interval(oldestMillis - 1, newestMillis)), groupVersion);
  }

  /**
   * Notes that nothing of the history of rules that are on their way is kept. What is there for
   * those of now stays whole.
   *
   * @param millis up to when that has come
   */
  void loseHistory(long millis, long groupVersion) {
    note(new LeftOut(null, new Interval(Long.MIN_VALUE, millis)), groupVersion);
  }

  private void note(LeftOut left, long groupVersion) {
    leftOutVersion = Math.max(leftOutVersion, groupVersion);
    leftOut.add(leftOut.size() < MOST_LEFT_OUT ? left : ANY);
    if (leftOut.size() > MOST_LEFT_OUT) {
      leftOut.clear();
      leftOut.add(ANY);
    }
  }

  private static boolean lacks(FixedSelector selector, @Nullable Labels labels, Interval time) {
    return selector.time().meets(time) && (labels == null || selector.chooses(labels));
  }

  /** Has nothing lack anything: what is missing is to come. */
  void forgetLacks() {
    for (FixedSelector selector : selectors.values()) {
      lacksChanged |= selector.lacking;
      selector.lacking = false;
    }
  }

  /** Tells whether nothing lacks anything. */
  boolean isWhole() {
    for (FixedSelector selector : selectors.values()) {
      if (selector.lacking) {
        return false;
      }
    }
    return true;
  }

  /** Returns why something cannot be evaluated that looks at windows, or null if it can. */
  @Nullable String refusal(List<SelectedWindow> looksAt) {
    for (SelectedWindow window : looksAt) {
      FixedSelector selector = selectors.get(window);
      if (selector != null && selector.lacking) {
        return refusal();
      }
    }
    return null;
  }

  /** Returns why a query cannot be answered that is no rule's expression, or null if it can. */
  @Nullable String refusal(List<Matcher> matchers, SelectHints hints) {
    Interval asked = new Interval(hints.startMillis() - 1, hints.endMillis());
    for (FixedSelector selector : selectors.values()) {
      if (selector.lacking && selector.time().covers(asked) && selector.isAskedBy(matchers)) {
        return refusal();
      }
    }
    return null;
  }

  private String refusal() {
    return "samples that it selects at a fixed time are missing: its group may hold "
        + maxSeries
        + " series (rules.max-series-per-group), windows a part of the memory"
        + " (rules.window-memory-fraction), and a group that comes back from shards gets no"
        + " history; delete the group and publish it again";
  }

  /** Says at which tick it is looked at from now on: what is newer does not exist yet. */
  void lookAt(long tickMillis) {
    if (tickMillis != nowMillis) {
      nowMillis = tickMillis;
      version++;
    }
  }

  /**
   * Returns the samples of a fixed time, or null if they are not asked for, or not here.
   *
   * @param matchers what they are asked for by
   * @param hints the time that they are asked for of
   */
  @Nullable SeriesSet select(List<Matcher> matchers, SelectHints hints) {
    if (hints.startMillis() > latestMillis) {
      return null;
    }
    Interval asked = new Interval(hints.startMillis() - 1, hints.endMillis());
    for (FixedSelector selector : selectors.values()) {
      if (!selector.lacking && selector.time().covers(asked) && selector.isAskedBy(matchers)) {
        long endMillis = Math.min(hints.endMillis(), nowMillis);
        return StandingSource.over(
            endMillis < hints.startMillis() ? NO_SERIES : selector.series(matchers),
            new SelectHints(
                hints.startMillis(),
                endMillis,
                hints.stepMillis(),
                hints.function(),
                hints.grouping(),
                hints.by(),
                hints.rangeMillis()));
      }
    }
    return null;
  }

  /** Returns a number that is another one after anything came or went. */
  long version() {
    return version;
  }

  boolean isEmpty() {
    return series.isEmpty();
  }

  /** Gives back what is counted; nothing must be asked any more. */
  void release() {
    series.values().forEach(known -> pool.count(-known.counted()));
    series.clear();
  }

  /** Writes to state what has changed since the last time. */
  void write(GroupStates states) throws Exception {
    for (FixedSeries one : changed) {
      one.changed = false;
      if (series.get(one.id) == one) {
        states.fixed().put(one.id, one.window());
      }
    }
    changed.clear();
    for (SeriesId id : removed) {
      states.fixed().remove(id);
    }
    removed.clear();
    if (lacksChanged) {
      lacksChanged = false;
      states.fixedLacks().clear();
      for (FixedSelector selector : selectors.values()) {
        if (selector.lacking) {
          states.fixedLacks().put(selector.window().toString(), true);
        }
      }
    }
  }
}
