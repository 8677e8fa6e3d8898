package dev.guanlan.connector.kafka.rules;

import dev.guanlan.schema.PlanRoute;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.schema.RuleGroup;
import dev.guanlan.schema.RuleGroupPlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes and reads the records of the topic of plans. */
public final class RulePlanRecords {

  private static final RecordFormat<RuleGroupPlan> PLANS = RecordFormat.of(RuleGroupPlan.class);
  private static final RecordFormat<RuleGroup> GROUPS = RecordFormat.of(RuleGroup.class);

  private RulePlanRecords() {}

  /** Returns a record's key, which is that of its group. */
  public static String key(RuleGroupPlan plan) {
    return dev.guanlan.rules.RuleGroup.key(plan.getTenant(), plan.getNamespace(), plan.getGroup());
  }

  /** Makes the plan of a group. */
  public static RuleGroupPlan plan(
      RuleGroup group, long revision, boolean toGroup, List<PlanRoute> routes) {
    return RuleGroupPlan.newBuilder()
        .setTenant(group.getTenant())
        .setNamespace(group.getNamespace())
        .setGroup(group.getName())
        .setRevision(revision)
        .setToGroup(toGroup)
        .setRoutes(routes)
        .build();
  }

  /** Makes a route to shards that evaluate a group. */
  public static PlanRoute route(long version, int shards, RuleGroup group) {
    return PlanRoute.newBuilder()
        .setVersion(version)
        .setShards(shards)
        .setRules(ByteBuffer.wrap(GROUPS.encode(group)))
        .build();
  }

  /** Makes a route to the shards of another, which hold all that the group looks at. */
  public static PlanRoute route(long version, PlanRoute other, RuleGroup group) {
    return PlanRoute.newBuilder(route(version, other.getShards(), group))
        .setShardsOf(shardsOf(other))
        .build();
  }

  /** Returns the version of the route that the shards of a route began with. */
  public static long shardsOf(PlanRoute route) {
    return route.getShardsOf() == 0 ? route.getVersion() : route.getShardsOf();
  }

  /** Returns the routes to the shards that began with a version, the oldest first. */
  public static List<PlanRoute> routesTo(RuleGroupPlan plan, long shardsOf) {
    return plan.getRoutes().stream().filter(route -> shardsOf(route) == shardsOf).toList();
  }

  /** Returns the route with a version, or null if the plan has none. */
  public static @Nullable PlanRoute route(RuleGroupPlan plan, long version) {
    for (PlanRoute route : plan.getRoutes()) {
      if (route.getVersion() == version) {
        return route;
      }
    }
    return null;
  }

  /** Returns the group that a route's shards evaluate. */
  public static RuleGroup rules(PlanRoute route) throws IOException {
    ByteBuffer bytes = route.getRules().duplicate();
    byte[] encoded = new byte[bytes.remaining()];
    bytes.get(encoded);
    return GROUPS.decode(encoded);
  }

  /** Writes a plan. */
  public static byte[] encode(RuleGroupPlan plan) {
    return PLANS.encode(plan);
  }

  /**
   * Reads a record.
   *
   * @throws IOException if it is no plan, or its key is another's
   */
  public static RuleGroupPlan decode(byte[] key, byte[] value) throws IOException {
    RuleGroupPlan plan = PLANS.decode(value);
    for (PlanRoute route : plan.getRoutes()) {
      rules(route);
      if (route.getShards() < 0) {
        throw new IOException("it has a route to %d shards".formatted(route.getShards()));
      }
    }
    String name = new String(key, StandardCharsets.UTF_8);
    if (!key(plan).equals(name)) {
      throw new IOException("the plan of %s stands under another key".formatted(key(plan)));
    }
    return plan;
  }
}
