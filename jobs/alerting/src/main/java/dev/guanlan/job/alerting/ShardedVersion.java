package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.LeafResults;
import dev.guanlan.rules.RuleInput;
import dev.guanlan.rules.RuleInputs;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Keeps what the shards of one version of a group have told, up to the ticks they are for. */
final class ShardedVersion {

  private final LeafWindows windows = new LeafWindows();
  private final TreeMap<Long, TreeMap<Integer, LeafResults>> byTick = new TreeMap<>();

  /** Since which tick each shard lacks nothing. */
  private final TreeMap<Integer, Long> completeSince = new TreeMap<>();

  /** The newest of each shard that told what the rules' expressions find. */
  private final TreeMap<Integer, long[]> inputs = new TreeMap<>();

  private long newestTickMillis = Long.MIN_VALUE;

  /** Takes results for a tick that is to come. */
  void take(LeafResults results) {
    windows.know(results);
    newestTickMillis = Math.max(newestTickMillis, results.tickMillis());
    if (results.complete()) {
      completeSince.merge(results.shard(), results.tickMillis(), Math::min);
    } else {
      completeSince.remove(results.shard());
    }
    byTick
        .computeIfAbsent(results.tickMillis(), tick -> new TreeMap<>())
        .put(results.shard(), results);
  }

  LeafWindows windows() {
    return windows;
  }

  long newestTickMillis() {
    return newestTickMillis;
  }

  /** Returns the results for a tick, by shard. */
  Collection<LeafResults> at(long tickMillis) {
    TreeMap<Integer, LeafResults> found = byTick.get(tickMillis);
    return found == null ? List.of() : found.values();
  }

  /** Tells whether all shards have told for a tick, and none lacked anything. */
  boolean isComplete(long tickMillis, int shards) {
    Collection<LeafResults> found = at(tickMillis);
    return found.size() == shards && found.stream().allMatch(LeafResults::complete);
  }

  /** Tells whether no shard lacks anything at any tick after one. */
  boolean isCompleteAfter(long tickMillis, int shards) {
    return completeSince.size() == shards
        && completeSince.values().stream().allMatch(since -> since <= tickMillis);
  }

  /** Forgets what is for ticks up to one. */
  void forgetUpTo(long tickMillis) {
    byTick.headMap(tickMillis, true).clear();
    windows.forgetLabels(tickMillis);
  }

  /** Returns everything that is for ticks to come, with all labels. */
  List<LeafResults> all() {
    List<LeafResults> all = new ArrayList<>();
    for (Map<Integer, LeafResults> tick : byTick.values()) {
      tick.values().forEach(results -> all.add(windows.labelled(results)));
    }
    return all;
  }

  /** Returns how many series the shards hold, as told for a tick. */
  long series(long tickMillis) {
    return at(tickMillis).stream().mapToLong(LeafResults::seriesCount).sum();
  }

  /** Returns the time of the newest sample up to a tick, or 0 if there is none. */
  long newestSampleMillis(long tickMillis) {
    return at(tickMillis).stream().mapToLong(LeafResults::newestSampleMillis).max().orElse(0);
  }

  /** Returns what the rules find, as of a tick; of each shard as it told last. */
  RuleFindings findings(long tickMillis) {
    long late = 0;
    for (LeafResults results : at(tickMillis)) {
      late += results.lateSamples();
      if (results.inputs().length > 0) {
        inputs.put(results.shard(), results.inputs());
      }
    }
    return new OfShards(List.copyOf(inputs.values()), late);
  }

  private record OfShards(List<long[]> shards, long lateSamples) implements RuleFindings {

    @Override
    public RuleInput find(RuleInputs inputs, int rule) {
      long newest = 0;
      for (long[] shard : shards) {
        newest = Math.max(newest, entry(shard, rule, 2));
      }
      return new RuleInput(sum(rule, 0), sum(rule, 1), newest);
    }

    @Override
    public boolean finds(RuleInputs inputs, int rule) {
      return sum(rule, 0) > 0;
    }

    @Override
    public long lateSamples(int rule) {
      return sum(rule, 3);
    }

    private long sum(int rule, int column) {
      long sum = 0;
      for (long[] shard : shards) {
        sum += entry(shard, rule, column);
      }
      return sum;
    }

    private static long entry(long[] shard, int rule, int column) {
      int at = LeafResults.ENTRIES_OF_RULE * rule + column;
      return at < shard.length ? shard[at] : 0;
    }
  }
}
