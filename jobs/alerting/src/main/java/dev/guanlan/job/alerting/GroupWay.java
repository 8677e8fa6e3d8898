package dev.guanlan.job.alerting;

/**
 * Says how a group is evaluated.
 *
 * @param shards in how many shards; 0 if in one task
 * @param preparing whether others are prepared to take over
 * @param series how many series it holds
 */
record GroupWay(int shards, boolean preparing, long series) {}
