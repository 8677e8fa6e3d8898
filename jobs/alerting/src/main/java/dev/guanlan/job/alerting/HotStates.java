package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.LeafResults;
import dev.guanlan.job.alerting.state.SourceMarks;
import dev.guanlan.schema.RuleGroup;
import dev.guanlan.schema.RuleGroupPlan;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ValueState;

/**
 * Is what Flink keeps of a group that is evaluated in shards, or may be; nothing of others.
 *
 * @param plan the newest plan that is known
 * @param sharded the version of the route to the shards that the group is evaluated in
 * @param next the version of the group that is to be evaluated once its samples are there
 * @param marks which tasks of the selection send the group itself what that version looks at
 * @param results what shards have told for ticks to come
 */
record HotStates(
    ValueState<RuleGroupPlan> plan,
    ValueState<Long> sharded,
    ValueState<RuleGroup> next,
    ValueState<SourceMarks> marks,
    ListState<LeafResults> results) {

  static HotStates of(RuntimeContext context) {
    return new HotStates(
        context.getState(AlertingTypes.PLAN),
        context.getState(AlertingTypes.SHARDED),
        context.getState(AlertingTypes.NEXT_GROUP),
        context.getState(AlertingTypes.MARKS),
        context.getListState(AlertingTypes.LEAF_RESULTS));
  }

  void clear() {
    plan.clear();
    sharded.clear();
    next.clear();
    marks.clear();
    results.clear();
  }
}
