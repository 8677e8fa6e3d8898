package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.GroupProgress;
import dev.guanlan.schema.RuleGroup;
import java.util.Objects;
import org.apache.flink.streaming.api.TimerService;

/**
 * Evaluates a group at its next ticks when they are due: when event time has passed them, and for
 * missed ticks of groups that look at what rules record, when the {@linkplain CatchUpPace pace}
 * admits them.
 */
final class PacedTicks {

  private final GroupTurn turn;
  private final EvaluationTask task;
  private final AlertingSettings settings;
  private final long eventTime;

  /**
   * Evaluates for the timer at hand.
   *
   * @param eventTime how far event time has come
   */
  PacedTicks(GroupTurn turn, long eventTime) {
    this.turn = turn;
    this.task = turn.task();
    this.settings = task.settings();
    this.eventTime = eventTime;
  }

  /** Goes on behind a pause, to the next one or to where event time is. */
  void wake(LiveGroup group, long timestamp) throws Exception {
    group.pace().woken(timestamp);
    while (true) {
      long tick = group.progressOrBeginning().nextTickMillis();
      if (tick > eventTime) {
        // Also where event time begins anew, after a restart: it is waited for.
        task.timers().goOn(group.pace(), turn.timers());
        turn.timers().registerEventTimeTimer(tick);
        return;
      }
      if (!tick(group, true)) {
        return;
      }
      // Set behind the tick before: it would come to nothing.
      turn.timers().deleteEventTimeTimer(tick);
    }
  }

  /**
   * Evaluates a group's next tick if event time has passed it.
   *
   * @param woken whether the wall clock brought this about
   * @return whether it was not too early, by event time or by the wall clock
   */
  boolean tick(LiveGroup group, boolean woken) throws Exception {
    RuleGroup rules = Objects.requireNonNull(group.rules());
    long tick = group.progressOrBeginning().nextTickMillis();
    if (tick > eventTime) {
      return false;
    }
    // What a group lags behind for its pauses is not what the option means.
    long missed = eventTime - Math.max(tick, group.laggedUpToMillis());
    boolean paused = woken || group.pace().wakesMillis() != GroupProgress.NONE;
    boolean skips = !paused && missed > settings.maxCatchUpMillis();
    if (skips) {
      // What is left out takes no time.
      task.timers().goOn(group.pace(), turn.timers());
    } else if (pauses(group, rules, tick, woken)) {
      return false;
    }
    new GroupTicks(turn).tick(group, rules, eventTime, skips);
    return true;
  }

  /** Has a group pause before a tick if what it looks at has to come through Kafka first. */
  private boolean pauses(LiveGroup group, RuleGroup rules, long tick, boolean woken)
      throws Exception {
    TimerService timers = turn.timers();
    long now = timers.currentProcessingTime();
    boolean behind = tick < now - CatchUpPace.BEHIND_MILLIS;
    if (!behind) {
      group.foundNoneRecorded();
    }
    if (!behind || timers.currentWatermark() == EvaluateRules.END || !isPaced(group, rules)) {
      if (group.pace().isUnderWay()) {
        group.lags(eventTime);
        task.timers().goOn(group.pace(), timers);
      }
      return false;
    }
    if (group.pace().admits(tick, now, eventTime, woken)) {
      return false;
    }
    group.lags(eventTime);
    task.timers().pause(group.pace(), tick, timers);
    return true;
  }

  private boolean isPaced(LiveGroup group, RuleGroup rules) throws Exception {
    return settings.pacesCatchUp()
        // What shards have told would pile up, and their own ticks do not wait.
        && task.hotGroups().of(group.key()).newestRoute() == null
        // Samples pile up that it has not come to, and series that have ended meanwhile: better a
        // tick too early than none.
        && !task.groups().budget().isNearlyOver()
        && !group
            .windows()
            .series()
            .isFull(Math.min(settings.maxSeries(), settings.hotGroupSeries()) / 2)
        && (group.mayLookAtRecorded() || task.evaluators().looksAtRecorded(group.key(), rules));
  }
}
