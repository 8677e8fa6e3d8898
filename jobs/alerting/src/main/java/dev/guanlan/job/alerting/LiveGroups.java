package dev.guanlan.job.alerting;

import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.schema.RuleGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the groups of a task in memory, as far as they were met since its start. For one thread.
 */
final class LiveGroups implements AutoCloseable {

  private final GroupStates states;
  private final WindowBudget budget;
  private final int maxSeries;
  private final Compiler compiler;
  private final SeriesPool pool;
  private final Map<String, LiveGroup> groups = new HashMap<>();
  private final List<LiveGroup> touched = new ArrayList<>();

  /** Tells what the windows of a group are for. */
  @FunctionalInterface
  interface Compiler {

    /** Returns the group whose key is current compiled; null if it cannot be. */
    @Nullable CompiledGroup compiled(RuleGroup group) throws Exception;
  }

  /**
   * Begins with no group.
   *
   * @param budget what the windows of the groups may take; is closed with them
   * @param maxSeries how many series the windows of a group may hold
   * @param compiler compiles a group that is in state
   */
  LiveGroups(GroupStates states, WindowBudget budget, int maxSeries, Compiler compiler) {
    this.states = states;
    this.budget = budget;
    this.maxSeries = maxSeries;
    this.compiler = compiler;
    this.pool = new SeriesPool(budget);
  }

  /** Returns the group whose key is current; what is changed of it is written in time. */
  LiveGroup of(String key) throws Exception {
    LiveGroup group = groups.get(key);
    if (group == null) {
      group = LiveGroup.read(key, states, pool, maxSeries, compiler);
      groups.put(key, group);
    }
    touch(group);
    return group;
  }

  private void touch(LiveGroup group) {
    if (!group.touched) {
      group.touched = true;
      touched.add(group);
    }
  }

  /**
   * Gives up what takes most if the windows take more memory than they may.
   *
   * @return the groups that have lost something, each as often as it did
   */
  List<String> relieve() {
    if (!budget.isRelievable(groups.size())) {
      return List.of();
    }
    List<LiveGroup> losers = new MemoryRelief(groups.values(), budget).relieve();
    losers.forEach(this::touch);
    return losers.stream().map(LiveGroup::key).toList();
  }

  /** Returns what the windows of the groups may take. */
  WindowBudget budget() {
    return budget;
  }

  @Override
  public void close() {
    budget.close();
  }

  /** Leaves nothing of the group whose key is current. */
  void forget(String key) {
    states.clear();
    LiveGroup forgotten = groups.remove(key);
    if (forgotten != null) {
      forgotten.windows().release();
    }
  }

  /** Returns how many series the groups look at, each counted once. */
  int series() {
    return pool.size();
  }

  /**
   * Writes what has changed since the last time.
   *
   * @param setKey makes a group's key the current one
   */
  void write(Consumer<String> setKey) throws Exception {
    for (LiveGroup group : touched) {
      group.touched = false;
      if (groups.get(group.key()) != group) {
        continue;
      }
      setKey.accept(group.key());
      group.write(states);
      if (group.isEmpty()) {
        groups.remove(group.key());
      }
    }
    touched.clear();
  }

  GroupStates states() {
    return states;
  }
}
