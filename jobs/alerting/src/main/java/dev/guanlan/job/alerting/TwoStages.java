package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RulePlanRecords;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Matcher;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.DecomposedGroup;
import dev.guanlan.rules.RuleException;
import dev.guanlan.schema.PlanRoute;
import dev.guanlan.schema.RuleGroup;
import dev.guanlan.schema.RuleGroupPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether a group is evaluated in one task or in shards. The way of a group into shards:
 *
 * <ol>
 *   <li>At a tick its selectors choose as many series as the option says. A plan is told with a
 *       route to shards; the group goes on over its own windows.
 *   <li>Each task of the selection marks from where on it sends samples to the shards, too.
 *   <li>At the first tick for which all shards have told that they lack nothing, the group is
 *       evaluated over what they tell, and its own windows keep what local selectors choose.
 *   <li>A plan is told that sends the group itself no other samples any more.
 * </ol>
 *
 * <p>The next version of its rules goes the same way while the last one is evaluated in its shards.
 * If these hold all that its leaves look at, they evaluate both from their next ticks on. If it
 * cannot be parted, its route is to the group itself. It takes over as soon as all shards do and
 * the group's own windows hold what it looks at there, which fill meanwhile ({@link OwnWindows}).
 *
 * <p>The plan without the shards that a group was in is told when a checkpoint knows of those that
 * it is in: until then a restart needs both.
 *
 * <p>Nothing depends on when a plan is heard of: what counts is what marks say, which come in step
 * with samples. After a restart the plan is told anew, since tasks of the selection send a group
 * its samples until they hear of a plan that is newer than those they found.
 */
final class TwoStages {

  private static final Logger LOG = LoggerFactory.getLogger(TwoStages.class);

  private final AlertingSettings settings;
  private final Evaluators evaluators;
  private final Consumer<RuleGroupPlan> plans;
  private final Checkpoints checkpoints;
  private final long nowMillis;

  /**
   * Makes decisions for the element at hand.
   *
   * @param plans takes what is told
   * @param checkpoints how far they have come
   * @param nowMillis the wall clock's time, which revisions are made of
   */
  TwoStages(
      AlertingSettings settings,
      Evaluators evaluators,
      Consumer<RuleGroupPlan> plans,
      Checkpoints checkpoints,
      long nowMillis) {
    this.settings = settings;
    this.evaluators = evaluators;
    this.plans = plans;
    this.checkpoints = checkpoints;
    this.nowMillis = nowMillis;
  }

  /** Takes note of what a task of the selection sends. */
  void mark(HotGroup hot, PlanMark mark) {
    RuleGroupPlan known = hot.plan();
    long revision = known == null ? Long.MIN_VALUE : known.getRevision();
    if (known == null && mark.plan().getRoutes().isEmpty()) {
      // It was in shards before its state began: nothing of that is left.
      return;
    }
    if (mark.plan().getRevision() > revision) {
      // It was made by a run that went on from a later state than this one, or by a faster clock.
      if (hot.sharded() != HotGroup.OWN_WINDOWS
          && RulePlanRecords.route(mark.plan(), hot.sharded()) == null) {
        LOG.warn(
            "The shards of the rule group {} get no samples any more, as a later state planned; it"
                + " goes on in one task, whose windows fill as time goes",
            hot.key());
        hot.sharded(HotGroup.OWN_WINDOWS);
        hot.next(null);
      }
      hot.adopt(mark.plan());
    } else if (mark.plan().getRevision() == revision) {
      hot.mark(mark);
    }
  }

  /**
   * Returns, before a tick, the shards that it is evaluated in, or null if it is in one task; from
   * the first tick in shards on all are.
   */
  @Nullable ShardedVersion shards(
      HotGroup hot, LiveGroup group, RuleGroup rules, long tickMillis, GroupStates states)
      throws Exception {
    PlanRoute newest = hot.newestRoute();
    if (hot.sharded() == HotGroup.OWN_WINDOWS && newest != null) {
      if (newest.getShards() == 0) {
        if (hot.isHandedOver(checkpoints)) {
          tell(hot, rules, true, List.of());
        }
      } else if (RulePlanRecords.rules(newest).getVersion() != rules.getVersion()
          || decomposed(rules).isEmpty()) {
        tell(hot, rules, true, List.of());
      } else if (hot.version(newest.getVersion()).isComplete(tickMillis, newest.getShards())) {
        hot.sharded(newest.getVersion());
        group.narrow(rules, evaluators.ownWindows(hot, rules), states);
        evaluators.forgetWhole(group.key());
        LOG.info(
            "The rule group {} is evaluated in {} shards from {} on",
            hot.key(),
            newest.getShards(),
            tickMillis);
        tell(hot, rules, false, List.of(newest));
      }
    }
    if (hot.sharded() != HotGroup.OWN_WINDOWS
        && (hot.shardedRoute() == null || decomposed(rules).isEmpty())) {
      LOG.error(
          "The rule group {} cannot be evaluated in shards by this release; it goes on in one task,"
              + " whose windows fill as time goes",
          hot.key());
      hot.sharded(HotGroup.OWN_WINDOWS);
      hot.next(null);
      tell(hot, rules, true, List.of());
    }
    RuleGroupPlan plan = hot.plan();
    if (!hot.told() && plan != null && !plan.getRoutes().isEmpty()) {
      tell(hot, rules, hot.sharded() == HotGroup.OWN_WINDOWS, plan.getRoutes());
    }
    return hot.sharded() == HotGroup.OWN_WINDOWS ? null : hot.version(hot.sharded());
  }

  /** Makes what the shards have told for a tick what the group's rules see. */
  LeafWindows load(HotGroup hot, RuleGroup rules, long tickMillis, EvaluationMetrics metrics)
      throws RuleException {
    PlanRoute route = Objects.requireNonNull(hot.shardedRoute());
    ShardedVersion version = hot.version(hot.sharded());
    List<Expression> leaves = decomposed(rules).orElseThrow().leaves();
    LeafWindows windows = version.windows();
    if (version.isComplete(tickMillis, route.getShards())) {
      long query = tickMillis - rules.getQueryOffsetMillis();
      metrics.unknown.inc(windows.load(leaves, version.at(tickMillis), query));
    } else {
      windows.fail(
          leaves,
          "%d of the group's %d shards told nothing of this tick, or lack samples that it looks at"
              .formatted(
                  route.getShards()
                      - version.at(tickMillis).stream().filter(r -> r.complete()).count(),
                  route.getShards()));
    }
    return windows;
  }

  /** Plans shards for a group, after a tick, if it looks at so many series and can be parted. */
  void plan(HotGroup hot, LiveGroup group, RuleGroup rules) throws RuleException {
    if (hot.sharded() != HotGroup.OWN_WINDOWS
        || hot.newestRoute() != null
        || group.windows().series().size() < settings.hotGroupSeries()) {
      return;
    }
    // Others are held for a version that comes, or that was replaced: it would be in shards for
    // good for what is gone soon.
    int chosen = group.windows().series().countChosen();
    if (chosen >= settings.hotGroupSeries()
        && isRelieved(group.windows(), chosen, decomposed(rules))) {
      long version = revision(hot);
      tell(
          hot,
          rules,
          true,
          List.of(RulePlanRecords.route(version, settings.hotGroupShards(), rules)));
      LOG.info(
          "The rule group {} looks at {} series; {} shards are prepared",
          hot.key(),
          chosen,
          settings.hotGroupShards());
    }
  }

  /** Tells whether a group can be parted, and shards would take half of its series at least. */
  private static boolean isRelieved(
      LiveWindows windows, int chosen, Optional<DecomposedGroup> parts) {
    if (parts.isEmpty()) {
      return false;
    }
    Set<List<Matcher>> local = new HashSet<>();
    parts.get().rest().windows().forEach(window -> local.add(window.matchers()));
    long stay = local.stream().mapToLong(windows.reach().selectors()::size).sum();
    return 2 * stay <= chosen;
  }

  /**
   * Takes the next version of a group that is evaluated in shards.
   *
   * @return false if it is evaluated in one task and can change at once
   */
  boolean change(HotGroup hot, RuleGroup next) throws RuleException, IOException {
    if (hot.sharded() == HotGroup.OWN_WINDOWS) {
      RuleGroupPlan plan = hot.plan();
      if (plan != null && !plan.getRoutes().isEmpty()) {
        tell(hot, next, true, hot.isHandedOver(checkpoints) ? List.of() : plan.getRoutes());
      }
      return false;
    }
    List<PlanRoute> routes = new ArrayList<>();
    PlanRoute current = hot.shardedRoute();
    if (current != null) {
      routes.addAll(upTo(current, hot));
    }
    routes.add(route(revision(hot), current, next));
    hot.next(next);
    tell(hot, next, false, routes);
    return true;
  }

  /**
   * Returns the routes that have to stay for one: itself, and those that a restart goes back to.
   */
  private List<PlanRoute> upTo(PlanRoute current, HotGroup hot) {
    RuleGroupPlan plan = hot.plan();
    if (plan == null || hot.isHandedOver(checkpoints)) {
      return List.of(current);
    }
    List<PlanRoute> routes = plan.getRoutes();
    return routes.subList(0, routes.indexOf(current) + 1);
  }

  /**
   * Returns the way of a group's next version: to the shards that there are if they hold all that
   * its leaves look at, to others, or to one task if it cannot be parted.
   */
  private PlanRoute route(long version, @Nullable PlanRoute current, RuleGroup next)
      throws RuleException, IOException {
    Optional<DecomposedGroup> parts = decomposed(next);
    if (parts.isEmpty()) {
      return RulePlanRecords.route(version, 0, next);
    }
    if (current != null && lookWithin(parts.get(), RulePlanRecords.rules(current))) {
      return RulePlanRecords.route(version, current, next);
    }
    return RulePlanRecords.route(version, settings.hotGroupShards(), next);
  }

  private boolean lookWithin(DecomposedGroup parts, RuleGroup current) {
    try {
      return decomposed(current)
          .filter(known -> parts.inShards().looksWithin(known.inShards()))
          .isPresent();
    } catch (RuleException e) {
      // Another release took it; its next tick says so.
      return false;
    }
  }

  /**
   * Returns, after a tick in shards, the version of the group that takes over now, or null if none
   * does.
   */
  @Nullable RuleGroup takeOver(HotGroup hot, LiveGroup group, RuleGroup rules, long tickMillis)
      throws RuleException, IOException {
    RuleGroup next = hot.next();
    PlanRoute newest = hot.newestRoute();
    if (next == null || newest == null) {
      return null;
    }
    if (RulePlanRecords.rules(newest).getVersion() != next.getVersion()) {
      // The plan was made by a run that knew of yet another version.
      change(hot, next);
      group.windows().follow(rules, evaluators.inShards(hot, rules).all());
      return null;
    }
    if (newest.getShards() > 0
        && !hot.version(newest.getVersion()).isCompleteAfter(tickMillis, newest.getShards())) {
      return null;
    }
    OwnWindows own = evaluators.inShards(hot, rules);
    CompiledGroup then = own.then();
    if (then == null) {
      // It cannot be evaluated, and this says why.
      then = OwnWindows.then(settings, next, hot.nextInShards());
    }
    if (!own.holdNext() && !hot.marks().fills(tickMillis, then.reachMillis())) {
      return null;
    }
    if (newest.getShards() == 0) {
      // Its history is not read, and of fixed times nothing comes that would make them whole.
      group.windows().fixed().lackUpTo(hot.marks().newestMillis());
    }
    hot.handOver(newest.getShards() > 0 ? newest.getVersion() : HotGroup.OWN_WINDOWS, checkpoints);
    return next;
  }

  /**
   * Ends, after a tick in shards, those that the group was in before, once no restart needs them.
   */
  void settle(HotGroup hot, RuleGroup rules) {
    RuleGroupPlan plan = hot.plan();
    PlanRoute current = hot.shardedRoute();
    if (plan != null && current != null && hot.isHandedOver(checkpoints)) {
      List<PlanRoute> routes = plan.getRoutes();
      int newest = hot.next() == null ? routes.indexOf(current) + 1 : routes.size();
      if (routes.indexOf(current) > 0 || newest < routes.size()) {
        tell(hot, rules, false, List.copyOf(routes.subList(routes.indexOf(current), newest)));
      }
    }
  }

  /** Ends the plan of a group that is deleted. */
  void end(HotGroup hot, RuleGroup rules) {
    if (hot.newestRoute() != null) {
      tell(hot, rules, true, List.of());
    }
  }

  private void tell(HotGroup hot, RuleGroup rules, boolean toGroup, List<PlanRoute> routes) {
    RuleGroupPlan plan = RulePlanRecords.plan(rules, revision(hot), toGroup, routes);
    hot.tell(plan);
    plans.accept(plan);
  }

  private long revision(HotGroup hot) {
    RuleGroupPlan known = hot.plan();
    // No version of shards is that of own windows, whatever the clock says.
    long least = known == null ? HotGroup.OWN_WINDOWS + 1 : known.getRevision() + 1;
    return Math.max(nowMillis, least);
  }

  private Optional<DecomposedGroup> decomposed(RuleGroup rules) throws RuleException {
    return evaluators.decomposed(rules);
  }
}
