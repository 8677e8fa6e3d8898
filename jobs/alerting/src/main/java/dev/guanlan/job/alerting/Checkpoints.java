package dev.guanlan.job.alerting;

/**
 * Says how far Flink's checkpoints have come, by their numbers, since the task started.
 *
 * @param begun the newest for which state was written, or 0
 * @param completed the newest that a restart would not go back behind, or 0
 */
record Checkpoints(long begun, long completed) {

  static final Checkpoints NONE = new Checkpoints(0, 0);
}
