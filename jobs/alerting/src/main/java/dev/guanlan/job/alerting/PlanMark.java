package dev.guanlan.job.alerting;

import dev.guanlan.schema.RuleGroupPlan;

/**
 * Says that a task of the selection sends samples as a plan says from here on.
 *
 * @param key whom it is told: the group or a shard
 * @param source which task
 * @param sources how many tasks there are
 * @param newestMillis the newest time of any sample that the task had before, in milliseconds since
 *     the epoch, or the least number if it had none
 * @param plan the plan
 */
record PlanMark(String key, int source, int sources, long newestMillis, RuleGroupPlan plan)
    implements GroupInput {}
