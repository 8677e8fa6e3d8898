package dev.guanlan.job.alerting;

/** Is what comes to a rule group, or to a shard of one, in step with event time. */
sealed interface GroupInput permits SelectedSamples, PlanMark, ShardResults {

  /** Returns the group, tenant/namespace/name, or the {@linkplain ShardKey shard}. */
  String key();
}
