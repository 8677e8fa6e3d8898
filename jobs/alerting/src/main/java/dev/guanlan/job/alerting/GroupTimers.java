package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.GroupProgress;
import dev.guanlan.schema.RuleGroup;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.streaming.api.TimerService;

/**
 * Sets the timers of groups: one a group, for its next tick or for when it is given up; while it
 * pauses between missed ticks, one for when it goes on, and one for when the sources end before.
 */
record GroupTimers(AlertingSettings settings) implements Serializable {

  /** How much longer samples must be held for a new timer to be worth it. */
  private static final long RENEW_MILLIS = 60_000;

  /** Sets the timer of a group's next tick: the first of its grid after event time. */
  void schedule(LiveGroup group, RuleGroup rules, TimerService timers) {
    GroupProgress progress = group.progressOrBeginning();
    delete(List.of(progress.nextTickMillis(), progress.heldUntilMillis()), timers);
    long now = reachedMillis(group, timers);
    long nextTick = GroupProgress.NONE;
    if (now == Long.MIN_VALUE) {
      timers.registerEventTimeTimer(EvaluateRules.FIRST_WATERMARK);
    } else {
      nextTick = settings.firstTickAfter(now, rules);
      timers.registerEventTimeTimer(nextTick);
    }
    group.progress(
        new GroupProgress(
            nextTick, progress.lastTickMillis(), GroupProgress.NONE, progress.stale()));
  }

  /** Sets the timer of the first tick of a group after one that was evaluated. */
  void scheduleAfter(long tickMillis, LiveGroup group, RuleGroup rules, TimerService timers) {
    GroupProgress progress = group.progressOrBeginning();
    delete(List.of(progress.nextTickMillis()), timers);
    long nextTick = settings.firstTickAfter(tickMillis, rules);
    timers.registerEventTimeTimer(nextTick);
    group.progress(
        new GroupProgress(
            nextTick, progress.lastTickMillis(), GroupProgress.NONE, progress.stale()));
  }

  /**
   * Returns up to when a group has evaluated its ticks, or need not: event time, unless it pauses.
   * After a restart that is known before event time is.
   */
  static long reachedMillis(LiveGroup group, TimerService timers) {
    GroupProgress progress = group.progressOrBeginning();
    long eventTime =
        Math.max(
            timers.currentWatermark(),
            Math.max(progress.lastTickMillis(), group.windows().reach().reachedMillis()));
    return progress.nextTickMillis() == GroupProgress.NONE
        ? eventTime
        : Math.min(eventTime, progress.nextTickMillis() - 1);
  }

  /**
   * Has a group pause before its next tick, which event time has passed.
   *
   * @param wakesMillis when to wake it, by the wall clock
   */
  void pause(GroupPause pause, long tickMillis, long wakesMillis, TimerService timers) {
    // A timer that event time has passed would fire again at once.
    timers.deleteEventTimeTimer(tickMillis);
    timers.registerEventTimeTimer(EvaluateRules.END);
    if (pause.isSeenTo(timers.currentProcessingTime())) {
      return;
    }
    if (pause.wakesMillis() != GroupProgress.NONE) {
      timers.deleteProcessingTimeTimer(pause.wakesMillis());
    }
    timers.registerProcessingTimeTimer(wakesMillis);
    pause.begin(wakesMillis);
  }

  /** Says that a group does not pause any more. */
  void goOn(GroupPause pause, TimerService timers) {
    timers.deleteEventTimeTimer(EvaluateRules.END);
    if (pause.wakesMillis() != GroupProgress.NONE) {
      timers.deleteProcessingTimeTimer(pause.wakesMillis());
    }
    pause.end();
  }

  /** Begins to hold samples whose group is not known, or not any more. */
  GroupProgress hold(LiveGroup group, long nowMillis, TimerService timers) {
    long until = nowMillis + EvaluateRules.HOLD_MILLIS;
    timers.registerEventTimeTimer(until);
    return group.hold(until);
  }

  /** Holds the samples of a group that is not known for as long as its history comes, and more. */
  void holdOn(LiveGroup group, long nowMillis, TimerService timers) {
    GroupProgress progress = group.progress();
    if (progress == null) {
      hold(group, nowMillis, timers);
    } else if (progress.heldUntilMillis() < nowMillis + EvaluateRules.HOLD_MILLIS - RENEW_MILLIS) {
      delete(progress, timers);
      hold(group, nowMillis, timers);
    }
  }

  /** Leaves a group no timer. */
  void delete(GroupProgress progress, TimerService timers) {
    timers.deleteEventTimeTimer(EvaluateRules.FIRST_WATERMARK);
    delete(List.of(progress.nextTickMillis(), progress.heldUntilMillis()), timers);
  }

  private static void delete(List<Long> times, TimerService timers) {
    for (long time : times) {
      if (time != GroupProgress.NONE) {
        timers.deleteEventTimeTimer(time);
      }
    }
  }
}
