package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.LeafResults;

/**
 * Brings a group what a shard made of a tick.
 *
 * @param results the results
 */
record ShardResults(LeafResults results) implements GroupInput {

  @Override
  public String key() {
    return results.group();
  }
}
