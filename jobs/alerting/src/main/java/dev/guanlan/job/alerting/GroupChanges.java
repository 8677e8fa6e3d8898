package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.job.alerting.state.GroupProgress;
import dev.guanlan.job.alerting.state.MissingHistory;
import dev.guanlan.model.Labels;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.RuleException;
import dev.guanlan.rules.Succession;
import dev.guanlan.schema.RuleGroup;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.TimerService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a group's next version take over from the last one, which hands it the memories of its rules;
 * or ends the group.
 */
final class GroupChanges {

  private static final Logger LOG = LoggerFactory.getLogger(GroupChanges.class);

  private final GroupTurn turn;
  private final EvaluationTask task;
  private final TwoStages stages;

  /** Makes changes for the element at hand. */
  GroupChanges(GroupTurn turn) {
    this.turn = turn;
    this.task = turn.task();
    this.stages = turn.stages();
  }

  /** Takes a change of the group whose key is current. */
  void take(RuleChange change) throws Exception {
    LiveGroup group = task.groups().of(turn.context().getCurrentKey());
    RuleGroup known = group.rules();
    if (known != null && change.version() <= known.getVersion()) {
      return;
    }
    RuleGroup next = change.group();
    if (next == null) {
      if (known != null) {
        end(group, known);
      }
      return;
    }
    String refusal = task.evaluators().refusal(change.key(), next);
    if (refusal != null && known != null && !known.equals(group.remarks().refused())) {
      task.metrics().refused.inc();
      LOG.error(
          "The new version of the rule group {} is not evaluated, its last one goes on: {}",
          change.key(),
          refusal);
      group.remarks(group.remarks().refusing(next, refusal));
      group.windows().refuse(next, known);
      // The version before may still wait for its shards, and what was recorded for it with it.
      RuleGroup waiting = task.hotGroups().of(group.key()).next();
      group.forgetAlertsOfNext(next, waiting == null ? known : waiting);
      return;
    }
    // A group that is refused and has no last version begins nonetheless: its ticks tell of it.
    GroupRemarks remarks = group.remarks();
    group.remarks(refusal == null ? remarks.accepting() : remarks.refusing(next, refusal));
    List<Integer> begun = List.of();
    if (known != null) {
      if (delay(group, known, next)) {
        return;
      }
      begun = succeed(group, known, next);
    }
    String why = change.missingHistory();
    if (why == null && group.windows().stored().isLost(next.getVersion())) {
      why = "some of it came while the group was evaluated in shards";
    }
    // What is known to be filled is not read again: it goes on to lack what is known here.
    boolean brings = why == null && change.readMillis() != RuleChange.READ_BEFORE;
    if (brings || known == null || !looksWithin(next, known)) {
      group.remarks(group.remarks().lacking(why == null ? null : new MissingHistory(now(), why)));
    }
    if (change.readMillis() != RuleChange.READ_BEFORE) {
      group.windows().gaps().readAt(change.readMillis());
    }
    begin(group, next);
    task.timers().schedule(group, next, turn.timers());
    restoreAlerts(group, next, begun);
  }

  /**
   * Has a version wait until the shards that the group is evaluated in can evaluate it.
   *
   * @return false if it need not wait
   */
  boolean delay(LiveGroup group, RuleGroup known, RuleGroup next) throws Exception {
    HotGroup hot = task.hotGroups().of(group.key());
    if (!stages.change(hot, next)) {
      return false;
    }
    CompiledGroup followed = task.evaluators().followed(hot, known);
    if (followed != null) {
      group.narrow(known, followed, task.groups().states());
    }
    return true;
  }

  /**
   * Has a version take over from the last one at the next tick.
   *
   * @return the places of those of its rules that the last one did not have
   */
  List<Integer> succeed(LiveGroup group, RuleGroup known, RuleGroup next) {
    Succession succession = succession(group, known, next);
    GroupProgress progress = group.progressOrBeginning();
    group.memories(succession.memories());
    List<Labels> stale = new ArrayList<>(progress.stale());
    stale.addAll(succession.stale());
    group.progress(
        new GroupProgress(
            progress.nextTickMillis(),
            progress.lastTickMillis(),
            progress.heldUntilMillis(),
            stale));
    return succession.begun();
  }

  /**
   * Restores since when the alerts of rules are active that the last version did not have, when it
   * is known when the group ticks next.
   */
  void restoreAlerts(LiveGroup group, RuleGroup next, List<Integer> begun) {
    long tick = group.progressOrBeginning().nextTickMillis();
    group.restoreAlertsOfNext(
        task.forStates(),
        RuleGroupRecords.fromRecord(next),
        next.getVersion(),
        begun,
        tick == GroupProgress.NONE ? now() : tick);
  }

  /** Tells what becomes of alerts that have no rule any more. */
  private Succession succession(LiveGroup group, RuleGroup known, @Nullable RuleGroup next) {
    Succession succession =
        Succession.of(
            RuleGroupRecords.fromRecord(known),
            group.memories(),
            next == null ? null : RuleGroupRecords.fromRecord(next),
            GroupTimers.reachedMillis(group, turn.timers()));
    turn.emission(known).transitions(succession.transitions(), 0);
    return succession;
  }

  /** Has a version be the one that is evaluated from the next tick on. */
  void begin(LiveGroup group, RuleGroup next) {
    group.rules(next);
    try {
      group.windows().followFixed(next, task.settings().compiled(next));
    } catch (RuleException e) {
      LOG.debug("The rule group {} cannot be evaluated, as its ticks tell", group.key(), e);
    }
  }

  /**
   * Tells whether a version looks at nothing that the one before does not. Who reads histories does
   * not know that after an upgrade from a release that forgot it, and asks for what is here.
   */
  private boolean looksWithin(RuleGroup next, RuleGroup known) {
    try {
      return task.settings().compiled(next).looksWithin(task.settings().compiled(known));
    } catch (RuleException e) {
      return false;
    }
  }

  /** Returns event time, or what the clock says as long as there is none. */
  private long now() {
    long watermark = turn.timers().currentWatermark();
    return watermark == Long.MIN_VALUE ? turn.timers().currentProcessingTime() : watermark;
  }

  /** Returns the version that the release before refused, if this one can evaluate it. */
  @Nullable RuleGroup accepted(LiveGroup group) {
    RuleGroup refused = group.remarks().untried();
    if (refused == null) {
      return null;
    }
    String refusal = task.evaluators().refusal(group.key(), refused);
    if (refusal != null) {
      group.remarks(group.remarks().refusing(refused, refusal));
      return null;
    }
    group.remarks(
        group
            .remarks()
            .accepting()
            .lacking(new MissingHistory(now(), "the release before refused this version")));
    return refused;
  }

  /** Leaves nothing of a group that is deleted but its samples, and those for a while. */
  private void end(LiveGroup group, RuleGroup known) throws Exception {
    GroupProgress progress = group.progressOrBeginning();
    long reached = GroupTimers.reachedMillis(group, turn.timers());
    Succession succession = succession(group, known, null);
    Emission emission = turn.emission(known);
    emission.end(succession.stale(), progress.stale(), reached);
    emission.status(task.reports().deleted(known));
    stages.end(task.hotGroups().of(group.key()), known);
    task.hotGroups().forget(group.key());
    TimerService timers = turn.timers();
    task.timers().goOn(group.pause(), timers);
    task.timers().delete(progress, timers);
    long now = Math.max(timers.currentWatermark(), reached);
    task.timers().hold(group, now, timers);
    // Should it come back, its history does, too.
    group.windows().fixed().forgetLacks();
    task.evaluators().forget(group.key());
    task.metrics().forget(group.key());
    task.reports().forget(group.key());
  }
}
