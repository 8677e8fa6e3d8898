package dev.guanlan.job.alerting;

import dev.guanlan.schema.AlertTransition;
import dev.guanlan.schema.RuleGroup;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Is the turn of a group: an element or a timer that a task has at hand, whose key is current.
 *
 * @param stages decides whether the group is evaluated in shards
 * @param context says when it is, and takes what goes to other outputs
 * @param out takes transitions
 */
record GroupTurn(
    EvaluationTask task,
    TwoStages stages,
    KeyedCoProcessFunction<String, GroupInput, GroupUpdate, AlertTransition>.Context context,
    Collector<AlertTransition> out) {

  TimerService timers() {
    return context.timerService();
  }

  /** Returns what sends what a version of the group produces. */
  Emission emission(RuleGroup version) {
    return new Emission(context, out, version);
  }
}
