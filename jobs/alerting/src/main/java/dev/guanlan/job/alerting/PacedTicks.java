package dev.guanlan.job.alerting;

import dev.guanlan.schema.RuleGroup;
import java.util.Objects;
import org.apache.flink.streaming.api.TimerService;

/**
 * Evaluates a group at its next ticks when they are due: when event time has passed them, and those
 * of groups that look at what rules record, when {@linkplain PacedTime paced time} has, too.
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
    group.pause().woken(timestamp);
    task.pacedTime().follow(eventTime, turn.timers().currentProcessingTime());
    while (true) {
      long tick = group.progressOrBeginning().nextTickMillis();
      if (tick > eventTime) {
        // Also where event time begins anew, after a restart: it is waited for.
        task.timers().goOn(group.pause(), turn.timers());
        turn.timers().registerEventTimeTimer(tick);
        return;
      }
      if (!tick(group)) {
        return;
      }
      // Set behind the tick before: it would come to nothing.
      turn.timers().deleteEventTimeTimer(tick);
    }
  }

  /**
   * Evaluates a group's next tick if it is due.
   *
   * @return whether it was
   */
  boolean tick(LiveGroup group) throws Exception {
    RuleGroup rules = Objects.requireNonNull(group.rules());
    long tick = group.progressOrBeginning().nextTickMillis();
    if (tick > eventTime) {
      return false;
    }
    task.pacedTime().begin(tick, eventTime, turn.timers().currentProcessingTime());
    // What a group lags behind for its pauses is not what the option means.
    long missed = eventTime - Math.max(tick, group.laggedUpToMillis());
    boolean skips = !group.pause().isUnderWay() && missed > settings.maxCatchUpMillis();
    boolean atPace = isAtPace(group, rules);
    if (skips) {
      // What is left out takes no time.
      task.pacedTime().skip(eventTime - settings.maxCatchUpMillis());
    } else if (pauses(group, tick, atPace)) {
      return false;
    }
    new GroupTicks(turn).tick(group, rules, eventTime, skips, atPace);
    return true;
  }

  /** Has a group pause before a tick if what it looks at has to come through Kafka first. */
  private boolean pauses(LiveGroup group, long tick, boolean atPace) {
    TimerService timers = turn.timers();
    long now = timers.currentProcessingTime();
    PacedTime paced = task.pacedTime();
    if (tick >= now - PacedTime.BEHIND_MILLIS) {
      group.foundNoneRecorded();
    }
    boolean early = atPace && tick > paced.reachedMillis();
    if (early) {
      group.lags(eventTime);
      task.timers().pause(group.pause(), tick, paced.dueMillis(tick, now), timers);
    } else if (group.pause().isUnderWay()) {
      group.lags(eventTime);
      if (!atPace) {
        task.timers().goOn(group.pause(), timers);
      }
    }
    return early;
  }

  private boolean isAtPace(LiveGroup group, RuleGroup rules) throws Exception {
    return settings.pacesCatchUp()
        && task.pacedTime().isBehind()
        && turn.timers().currentWatermark() != EvaluateRules.END
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
