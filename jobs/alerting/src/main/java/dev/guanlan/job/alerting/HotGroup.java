package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RulePlanRecords;
import dev.guanlan.job.alerting.state.LeafResults;
import dev.guanlan.job.alerting.state.SourceMarks;
import dev.guanlan.schema.PlanRoute;
import dev.guanlan.schema.RuleGroup;
import dev.guanlan.schema.RuleGroupPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Is what is known, beside the group itself, of one that is evaluated in shards or may be: its
 * plan, and what shards have told. In memory; written before checkpoints.
 */
final class HotGroup {

  /** Says that a group is evaluated over its own windows. */
  static final long OWN_WINDOWS = 0;

  private final String key;
  private final TreeMap<Long, ShardedVersion> versions = new TreeMap<>();
  private @Nullable RuleGroupPlan plan;
  private long sharded = OWN_WINDOWS;
  private @Nullable RuleGroup next;
  private SourceMarks marks = SourceMarks.NONE;

  /** The newest checkpoint that may not know which shards the group is evaluated in. */
  private long handedOver = Long.MIN_VALUE;

  /** Whether the plan was told since the task started. */
  private boolean told;

  /** Whether state holds something else. */
  private boolean changed;

  /** Whether state holds results. */
  private boolean written;

  HotGroup(String key) {
    this.key = key;
  }

  String key() {
    return key;
  }

  /** Reads a group from the state of the key that is current. */
  static HotGroup read(String key, HotStates states) throws Exception {
    HotGroup group = new HotGroup(key);
    group.plan = states.plan().value();
    Long sharded = states.sharded().value();
    group.sharded = sharded == null ? OWN_WINDOWS : sharded;
    group.next = states.next().value();
    SourceMarks marks = states.marks().value();
    group.marks = marks == null ? SourceMarks.NONE : marks;
    for (LeafResults results : states.results().get()) {
      group.version(results.version()).take(results);
      group.written = true;
    }
    return group;
  }

  /** Writes what has changed. */
  void write(HotStates states) throws Exception {
    if (changed) {
      changed = false;
      states.plan().update(plan);
      states.sharded().update(sharded == OWN_WINDOWS ? null : Long.valueOf(sharded));
      states.next().update(next);
      states.marks().update(marks.sources() == 0 ? null : marks);
    }
    List<LeafResults> results = new ArrayList<>();
    versions.values().forEach(version -> results.addAll(version.all()));
    if (written || !results.isEmpty()) {
      states.results().update(results);
      written = !results.isEmpty();
    }
  }

  /** Tells whether there is nothing to be kept. */
  boolean isEmpty() {
    return plan == null && sharded == OWN_WINDOWS && next == null && versions.isEmpty();
  }

  /** Returns the newest plan that is known, or null if there is none. */
  @Nullable RuleGroupPlan plan() {
    return plan;
  }

  boolean told() {
    return told;
  }

  /** Takes note of a plan that is told now. */
  void tell(RuleGroupPlan made) {
    plan = made;
    told = true;
    changed = true;
    versions.keySet().removeIf(version -> RulePlanRecords.route(made, version) == null);
  }

  /** Takes note of a plan that others follow already. */
  void adopt(RuleGroupPlan found) {
    plan = found;
    told = false;
    changed = true;
  }

  /** Returns the newest route of the plan, or null if there is none. */
  @Nullable PlanRoute newestRoute() {
    RuleGroupPlan known = plan;
    return known == null || known.getRoutes().isEmpty()
        ? null
        : known.getRoutes().get(known.getRoutes().size() - 1);
  }

  /** Returns the route to the shards that the group is evaluated in, or null if there is none. */
  @Nullable PlanRoute shardedRoute() {
    RuleGroupPlan known = plan;
    return known == null ? null : RulePlanRecords.route(known, sharded);
  }

  /**
   * Returns the version of the route to the shards that the group is evaluated in, or {@link
   * #OWN_WINDOWS}.
   */
  long sharded() {
    return sharded;
  }

  void sharded(long version) {
    sharded = version;
    changed = true;
  }

  /** Sets what the group is evaluated in from now on, instead of the shards that it was in. */
  void handOver(long version, Checkpoints checkpoints) {
    sharded(version);
    next(null);
    handedOver = checkpoints.begun();
  }

  /** Tells whether no restart goes back to the shards that the group was in before. */
  boolean isHandedOver(Checkpoints checkpoints) {
    return checkpoints.completed() > handedOver;
  }

  /** Returns the version of the group that is to be evaluated once its samples are there. */
  @Nullable RuleGroup next() {
    return next;
  }

  void next(@Nullable RuleGroup group) {
    next = group;
    marks = SourceMarks.NONE;
    changed = true;
  }

  /** Tells whether the next version is to be evaluated in shards, as far as that is planned. */
  boolean nextInShards() {
    return next != null && isPreparing();
  }

  /**
   * Returns how the group is evaluated at a tick.
   *
   * @param reachMillis how far before a tick its rules look
   */
  GroupWay way(LiveGroup group, long tickMillis, long reachMillis) {
    String refused = group.remarks().refusedText();
    String missing = group.remarks().missingText(tickMillis, reachMillis);
    PlanRoute route = shardedRoute();
    return sharded == OWN_WINDOWS || route == null
        ? new GroupWay(0, isPreparing(), group.windows().series().size(), refused, missing)
        : new GroupWay(
            route.getShards(),
            next != null,
            version(sharded).series(tickMillis) + group.windows().series().size(),
            refused,
            missing);
  }

  private boolean isPreparing() {
    PlanRoute newest = newestRoute();
    return newest != null && newest.getShards() > 0;
  }

  SourceMarks marks() {
    return marks;
  }

  void mark(PlanMark mark) {
    marks = marks.with(mark.source(), mark.sources(), mark.newestMillis());
    changed = true;
  }

  /** Returns what the shards of a version have told. */
  ShardedVersion version(long version) {
    return versions.computeIfAbsent(version, number -> new ShardedVersion());
  }

  /**
   * Takes what a shard has told.
   *
   * @param known whether the group is known, so that a tick waits for it
   */
  void take(LeafResults results, boolean known) {
    version(results.version()).take(results);
    if (!known) {
      // Its labels are not told again so soon.
      forgetUpTo(results.tickMillis());
    }
  }

  /** Forgets what shards have told for ticks up to one, and shards that are no more. */
  void forgetUpTo(long tickMillis) {
    RuleGroupPlan known = plan;
    versions
        .entrySet()
        .removeIf(
            (Map.Entry<Long, ShardedVersion> entry) -> {
              entry.getValue().forgetUpTo(tickMillis);
              // Unknown shards may be of a plan that is on its way.
              return (known == null || RulePlanRecords.route(known, entry.getKey()) == null)
                  && entry.getValue().newestTickMillis() < tickMillis - EvaluateRules.HOLD_MILLIS;
            });
  }
}
