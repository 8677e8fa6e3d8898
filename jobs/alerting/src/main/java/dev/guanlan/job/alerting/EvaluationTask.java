package dev.guanlan.job.alerting;

import dev.guanlan.rules.ForStates;

/**
 * Holds what a task that evaluates rules has from when it opens until it closes.
 *
 * @param forStates how alerts are restored
 * @param pacedTime how far groups may come that look at what rules record
 */
record EvaluationTask(
    AlertingSettings settings,
    GroupTimers timers,
    ForStates forStates,
    PacedTime pacedTime,
    LiveGroups groups,
    HotGroups hotGroups,
    Evaluators evaluators,
    EvaluationMetrics metrics,
    StatusReports reports)
    implements AutoCloseable {

  @Override
  public void close() {
    try {
      evaluators.close();
    } finally {
      groups.close();
    }
  }
}
