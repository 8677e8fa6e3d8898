package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.connector.kafka.rules.RulePlanRecords;
import dev.guanlan.model.Labels;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.DecomposedGroup;
import dev.guanlan.rules.RuleException;
import dev.guanlan.schema.PlanRoute;
import dev.guanlan.schema.RuleGroup;
import dev.guanlan.schema.RuleGroupPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows where the samples of rule groups go that are evaluated in shards, for one task of the
 * selection: what leaves look at to the shards, and what local selectors choose to the group
 * itself. A series may go both ways.
 *
 * <p>A task that has just started sends every group its samples whatever the plan says, until a
 * plan comes that is newer than those it found: the one that it found may be newer than the state
 * that the group was restored to, which then still needs them.
 */
final class PlanRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(PlanRoutes.class);

  private final long lookbackMillis;

  /** Knows the routes whose shards a series goes to. */
  private final RuleIndex toShards;

  /** Knows the routes for which a series goes to the group itself. */
  private final RuleIndex toGroups;

  private final Map<String, Known> known = new HashMap<>();

  /** The routes, by what the indices know them by. */
  private final Map<String, PlanRoute> routes = new HashMap<>();

  /**
   * Is the newest plan of a group.
   *
   * @param found whether it was there when the task started
   * @param versions the versions of the group that its routes are for
   */
  private record Known(RuleGroupPlan plan, boolean found, Set<Long> versions) {}

  PlanRoutes(long lookbackMillis) {
    this.lookbackMillis = lookbackMillis;
    this.toShards = new RuleIndex(lookbackMillis);
    this.toGroups = new RuleIndex(lookbackMillis);
  }

  /**
   * Takes a plan; one that is not newer than what is known is ignored.
   *
   * @param found whether it was there when the task started
   * @return the keys of the shards that are concerned, those that are no more among them; empty if
   *     the plan is ignored or concerns none
   */
  Collection<String> apply(RuleGroupPlan plan, boolean found) {
    String key = RulePlanRecords.key(plan);
    Known before = known.get(key);
    if (before != null && plan.getRevision() <= before.plan().getRevision()) {
      return Set.of();
    }
    Set<Long> versions = new HashSet<>();
    known.put(key, new Known(plan, found, versions));
    Set<String> concerned = new LinkedHashSet<>();
    if (before != null) {
      for (PlanRoute route : before.plan().getRoutes()) {
        if (RulePlanRecords.route(plan, route.getVersion()) == null) {
          end(key, route);
          addShards(key, route, concerned);
        }
      }
    }
    for (PlanRoute route : plan.getRoutes()) {
      begin(key, route, versions);
      addShards(key, route, concerned);
    }
    return concerned;
  }

  /** Returns the plan of a group that is known; there is one after one was taken. */
  RuleGroupPlan plan(String key) {
    return Objects.requireNonNull(known.get(key)).plan();
  }

  /** Returns the plans that are known. */
  List<RuleGroupPlan> plans() {
    return known.values().stream().map(Known::plan).toList();
  }

  /** Returns the keys of all shards of a plan. */
  static Collection<String> shards(RuleGroupPlan plan) {
    Set<String> keys = new LinkedHashSet<>();
    for (PlanRoute route : plan.getRoutes()) {
      addShards(RulePlanRecords.key(plan), route, keys);
    }
    return keys;
  }

  private static void addShards(String key, PlanRoute route, Set<String> to) {
    for (int shard = 0; shard < route.getShards(); shard++) {
      to.add(new ShardKey(key, RulePlanRecords.shardsOf(route), shard).text());
    }
  }

  private void begin(String key, PlanRoute route, Set<Long> versions) {
    String name = name(key, route.getVersion());
    try {
      RuleGroup rules = RulePlanRecords.rules(route);
      CompiledGroup whole = CompiledGroup.of(RuleGroupRecords.fromRecord(rules), lookbackMillis);
      DecomposedGroup parts =
          route.getShards() > 0 ? DecomposedGroup.of(whole, lookbackMillis).orElse(null) : null;
      RuleChange change = new RuleChange(name, route.getVersion(), rules);
      if (parts != null) {
        toShards.apply(change, parts.inShards().windows());
      }
      toGroups.apply(change, (parts == null ? whole : parts.rest()).windows());
      versions.add(rules.getVersion());
    } catch (RuleException | IOException e) {
      LOG.error(
          "The plan of the rule group {} was made by another release and is not followed: {}",
          key,
          e.getMessage());
      return;
    }
    routes.put(name, route);
  }

  private void end(String key, PlanRoute route) {
    String name = name(key, route.getVersion());
    toShards.remove(name);
    toGroups.remove(name);
    routes.remove(name);
  }

  private static String name(String key, long version) {
    return version + "/" + key;
  }

  /**
   * Returns where the samples of a series go.
   *
   * @param groups the keys of the groups that select it
   * @param published the groups as they are published: a plan is not for another version
   */
  List<String> of(String tenant, Labels labels, String[] groups, RuleIndex published) {
    List<String> keys = new ArrayList<>();
    for (String group : groups) {
      Known plan = known.get(group);
      if (plan == null
          || plan.found()
          || plan.plan().getToGroup()
          || !plan.versions().contains(published.version(group))) {
        keys.add(group);
      }
    }
    if (!routes.isEmpty()) {
      for (String name : toShards.match(tenant, labels)) {
        PlanRoute route = Objects.requireNonNull(routes.get(name));
        int shard = ShardKey.shard(labels, route.getShards());
        add(new ShardKey(group(name), RulePlanRecords.shardsOf(route), shard).text(), keys);
      }
      for (String name : toGroups.match(tenant, labels)) {
        add(group(name), keys);
      }
    }
    return keys;
  }

  private static String group(String name) {
    return name.substring(name.indexOf('/') + 1);
  }

  private static void add(String key, List<String> to) {
    // Two routes may lead to the same shards.
    if (!to.contains(key)) {
      to.add(key);
    }
  }
}
