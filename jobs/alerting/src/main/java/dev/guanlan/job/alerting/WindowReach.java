package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.GroupProgress;
import dev.guanlan.model.Labels;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.engine.SelectHints;
import dev.guanlan.rules.CompiledGroup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Knows how far back the rules of a group look at which series, and how far time has come for it:
 * what of the windows is needed, and what was given up.
 */
final class WindowReach {

  /**
   * So long at least is kept what no rule looks at yet: until rules that do are known here, too.
   */
  static final long LEAST_REACH_MILLIS = 60_000;

  private final FixedWindows fixed;
  private final StoredHistory stored;
  private final LiveSelectors selectors = new LiveSelectors();
  private final GivenUpWindows givenUp = new GivenUpWindows();

  private @Nullable CompiledGroup group;

  /**
   * Up to when there will be no tick any more, since the last one; what later ticks do not look at
   * is not needed. The next may come sooner than it seems, if the group's interval becomes shorter.
   */
  private long reachedMillis = Long.MIN_VALUE;

  /** The next tick as it was known at the last one. */
  private long horizonMillis = Long.MIN_VALUE;

  /** Begins with no rules, so that all is needed. */
  WindowReach(FixedWindows fixed, StoredHistory stored) {
    this.fixed = fixed;
    this.stored = stored;
  }

  /** Returns the selectors, each with the series that it chooses. */
  LiveSelectors selectors() {
    return selectors;
  }

  /** Returns what is not kept, or not whole yet, for want of memory. */
  GivenUpWindows givenUp() {
    return givenUp;
  }

  /** Tells whether a version of the group is followed, and so what looks at which series. */
  boolean isKnown() {
    return group != null;
  }

  /** Tells whether a version is the one that is followed. */
  boolean isOf(CompiledGroup version) {
    return group == version;
  }

  /** Makes the reach that of a version of the group; it chooses no series yet. */
  void follow(CompiledGroup next) {
    group = next;
    givenUp.follow(next, horizonMillis);
  }

  /**
   * Leaves the selectors without series, to be enlisted anew.
   *
   * @return false if no version is followed
   */
  boolean beginChoice() {
    CompiledGroup followed = group;
    if (followed == null) {
      return false;
    }
    selectors.follow(followed, givenUp::isPaused);
    return true;
  }

  /**
   * Has every selector that chooses a series know it.
   *
   * @return how far before a tick its samples matter, or {@link LiveSelectors#UNCHOSEN} if it is
   *     not kept
   */
  long enlist(LiveSeries known) {
    long reach = selectors.enlist(known);
    CompiledGroup followed = group;
    if (reach != LiveSelectors.UNCHOSEN || followed == null) {
      return reach;
    }
    boolean given = givenUp.choose(known.labels());
    if (known.fixed.length == 0) {
      // If no rule looks at it, those that will are on their way.
      return given ? LiveSelectors.UNCHOSEN : of(followed);
    }
    // What is looked at is not here, but rules that look at more may be on their way, too.
    return given ? 0 : Math.min(of(followed), EvaluateRules.HOLD_MILLIS);
  }

  /** Returns how far before a tick of a group samples are kept. */
  static long of(CompiledGroup group) {
    return Math.max(group.reachMillis(), LEAST_REACH_MILLIS);
  }

  /**
   * Goes on between two ticks.
   *
   * @param reached up to when no tick is to come, or the least number if only the last one is known
   */
  void goOn(GroupProgress progress, long reached) {
    reachedMillis = Math.max(progress.lastTickMillis(), reached);
    horizonMillis = progress.nextTickMillis();
  }

  /**
   * Notes that a tick is over.
   *
   * @return whether something is kept again that was given up, so that the choice is another
   */
  boolean advance(long tickMillis, long nextTickMillis) {
    reachedMillis = Math.max(reachedMillis, tickMillis);
    horizonMillis = nextTickMillis;
    // What a narrower window keeps is not noted sample by sample.
    givenUp.leftOut(nextTickMillis);
    return mayGiveUp() && givenUp.resume(nextTickMillis);
  }

  /**
   * Takes note of how far time has come.
   *
   * @param millis no tick will be at this time or before, unless there was none yet
   */
  void pass(long millis) {
    if (reachedMillis != Long.MIN_VALUE) {
      reachedMillis = Math.max(reachedMillis, millis);
    }
  }

  /** Says that the next tick is the first again, whenever that is. */
  void forgetTime() {
    reachedMillis = Long.MIN_VALUE;
    horizonMillis = Long.MIN_VALUE;
  }

  /** Returns up to when there will be no tick any more; the least number before the first. */
  long reachedMillis() {
    return reachedMillis;
  }

  /** Returns the time before which no sample of a series is needed; the least number if open. */
  long neededMillis(LiveSeries of) {
    return reachedMillis == Long.MIN_VALUE || of.reachMillis == Long.MAX_VALUE
        ? Long.MIN_VALUE
        : reachedMillis - of.reachMillis;
  }

  /** Returns the time before which no sample is needed, or the least number if that is open. */
  long neededMillis() {
    return reachedMillis == Long.MIN_VALUE || group == null || stored.areAwaiting()
        ? Long.MIN_VALUE
        : reachedMillis - of(group);
  }

  /** Tells whether any selector chooses a series, or would if something were kept for it. */
  boolean wouldChoose(Labels labels) {
    return selectors.choose(labels)
        || givenUp.choose(labels)
        || fixed.choosing(labels) != FixedWindows.NONE;
  }

  /** Tells whether any rule can look at a sample of a series, now or later. */
  boolean isLookedAt(LiveSeries known, long timestampMillis) {
    return known.fixed.length == 0
        || FixedWindows.lookAt(known.fixed, timestampMillis)
        || selectors.choose(known.labels());
  }

  /**
   * Tells whether it is known what looks at the series. Not before the first tick since a restart,
   * and not while they are filled for rules that are on their way.
   */
  boolean mayGiveUp() {
    return isKnown() && !stored.areAwaiting();
  }

  /**
   * Gives the widest window of a selector up that is left.
   *
   * @return false if there is none
   */
  boolean giveUp(List<Matcher> matchers) {
    return isKnown() && givenUp.giveUp(matchers, horizonMillis, selectors.newestMillis(matchers));
  }

  /** Tells whether a series is not to be kept, for want of memory, and notes that it was there. */
  boolean leavesOut(@Nullable Labels labels, long newestMillis) {
    if (!givenUp.isPausing()
        || (labels != null
            && (selectors.choose(labels)
                || fixed.choosing(labels).length > 0
                || !givenUp.choose(labels)))) {
      return false;
    }
    givenUp.leftOut(newestMillis);
    return true;
  }

  /**
   * Returns why a selection that no rule says as it stands would not see all there was, or null if
   * it does.
   */
  @Nullable String refusal(List<Matcher> matchers, SelectHints hints) {
    String lack = fixed.refusal(matchers, hints);
    if (lack != null) {
      return lack;
    }
    long offset = group == null ? 0 : group.group().queryOffsetMillis();
    return givenUp.refusal(matchers, horizonMillis - offset - hints.startMillis());
  }
}
