package dev.guanlan.job.alerting;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Keeps what is known of groups that are evaluated in shards, or may be. For one thread. */
final class HotGroups {

  private final HotStates states;
  private final Map<String, HotGroup> groups = new HashMap<>();
  private final Set<HotGroup> touched = new LinkedHashSet<>();

  HotGroups(HotStates states) {
    this.states = states;
  }

  /** Returns what is known of the group whose key is current; changes are written in time. */
  HotGroup of(String key) throws Exception {
    HotGroup group = groups.get(key);
    if (group == null) {
      group = HotGroup.read(key, states);
      groups.put(key, group);
    }
    touched.add(group);
    return group;
  }

  /** Leaves nothing of the group whose key is current. */
  void forget(String key) {
    states.clear();
    groups.remove(key);
  }

  /**
   * Writes what has changed since the last time.
   *
   * @param setKey makes a group's key the current one
   */
  void write(Consumer<String> setKey) throws Exception {
    for (HotGroup group : touched) {
      if (groups.get(group.key()) == group) {
        setKey.accept(group.key());
        group.write(states);
      }
    }
    touched.clear();
  }
}
