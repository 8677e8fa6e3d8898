package dev.guanlan.job.alerting;

/** Is what comes to a rule group beside live samples: what it is, and before that its history. */
sealed interface GroupUpdate permits RuleChange, GroupHistory {

  /** Returns the group: tenant/namespace/name. */
  String key();
}
