package dev.guanlan.job.alerting.state;

import dev.guanlan.model.Labels;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a shard of a group made of a tick: the results of the group's leaves over its series.
 *
 * @param group the group: tenant/namespace/name
 * @param version the version of the route that the leaves are of
 * @param shard which shard, from 0
 * @param tickMillis the tick, in milliseconds since the epoch
 * @param complete whether the shard had all samples that the leaves look at
 * @param seriesCount how many series the shard holds
 * @param newestSampleMillis the time of its newest sample up to the tick, or 0 if there is none
 * @param lateSamples how many samples were late, since its task began to evaluate the version
 * @param ids two entries for each series that has a result: the halves of its identity
 * @param labels one entry for each of them, null where the group knows them; null if it knows all
 * @param leaves the results, leaf by leaf
 * @param inputs four entries a rule: how many series and samples its expression finds, the time of
 *     the newest, and how many were late; none if they are not told at this tick
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by content below.
public record LeafResults(
    String group,
    long version,
    int shard,
    long tickMillis,
    boolean complete,
    long seriesCount,
    long newestSampleMillis,
    long lateSamples,
    long[] ids,
    @Nullable Labels @Nullable [] labels,
    List<LeafColumn> leaves,
    long[] inputs) {

  /** How many entries there are for a rule in {@link #inputs}. */
  public static final int ENTRIES_OF_RULE = 4;

  /** Returns how many series have results. */
  public int size() {
    return ids.length / 2;
  }

  /** Returns a series' labels, or null if they are not told. */
  public @Nullable Labels labels(int series) {
    return labels == null ? null : labels[series];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LeafResults results
        && group.equals(results.group)
        && version == results.version
        && shard == results.shard
        && tickMillis == results.tickMillis
        && complete == results.complete
        && seriesCount == results.seriesCount
        && newestSampleMillis == results.newestSampleMillis
        && lateSamples == results.lateSamples
        && Arrays.equals(ids, results.ids)
        && Arrays.equals(labels, results.labels)
        && leaves.equals(results.leaves)
        && Arrays.equals(inputs, results.inputs);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ids);
  }

  /** Returns the same results with other labels told. */
  public LeafResults with(@Nullable Labels[] told) {
    return new LeafResults(
        group,
        version,
        shard,
        tickMillis,
        complete,
        seriesCount,
        newestSampleMillis,
        lateSamples,
        ids,
        told,
        leaves,
        inputs);
  }
}
