package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import dev.guanlan.promql.engine.Decomposition;

/**
 * Names a shard of a rule group.
 *
 * @param group the group: tenant/namespace/name
 * @param version the version of the route that the group's shards began with
 * @param shard which of them, from 0
 */
record ShardKey(String group, long version, int shard) {

  /** Returns the key; no group's begins with a slash, as no tenant is empty. */
  String text() {
    return "/" + shard + "/" + version + "/" + group;
  }

  /** Reads a key. */
  static ShardKey parse(String text) {
    int second = text.indexOf('/', 1);
    int third = text.indexOf('/', second + 1);
    return new ShardKey(
        text.substring(third + 1),
        Long.parseLong(text.substring(second + 1, third)),
        Integer.parseInt(text.substring(1, second)));
  }

  /**
   * Returns the shard of a series: one that it shares with all that its results can be taken for.
   */
  static int shard(Labels series, int shards) {
    long hash = SeriesId.of("", Decomposition.common(series)).high();
    // Its high bits: tasks are found by others, of the keys.
    return (int) Long.remainderUnsigned(hash >>> 16, shards);
  }
}
