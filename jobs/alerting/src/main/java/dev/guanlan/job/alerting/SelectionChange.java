package dev.guanlan.job.alerting;

/** Is what changes the selection of samples. */
sealed interface SelectionChange permits RuleChange, PlanChange {

  /** Returns the group: tenant/namespace/name. */
  String key();
}
