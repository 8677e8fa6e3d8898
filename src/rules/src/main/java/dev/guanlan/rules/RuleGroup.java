package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import java.util.List;
import java.util.Map;

/**
 * Holds rules that are evaluated together, in order, at the same times.
 *
 * @param namespace what the group's name is unique in: the rule file's name
 * @param name the group's name
 * @param intervalMillis time between two ticks in milliseconds; 0 means the platform's default
 * @param queryOffsetMillis how long before a tick its expressions are evaluated, in milliseconds
 * @param limit how many alerts or series a rule may produce; 0 or less means any number
 * @param labels labels that every rule sets unless it sets them itself
 * @param rules the rules in the order of evaluation
 */
public record RuleGroup(
    String namespace,
    String name,
    long intervalMillis,
    long queryOffsetMillis,
    int limit,
    Map<String, String> labels,
    List<Rule> rules) {

  /** Makes a group; the collections are copied. */
  public RuleGroup {
    labels = Maps.sortedCopy(labels);
    rules = List.copyOf(rules);
  }

  /** Returns the same group in another namespace. */
  public RuleGroup in(String otherNamespace) {
    return new RuleGroup(
        otherNamespace, name, intervalMillis, queryOffsetMillis, limit, labels, rules);
  }

  /**
   * Returns the key that a group has on the topic of rules and in state: tenant/namespace/name. A
   * slash of the namespace is written %2F, as in a URL, so that no two groups have the same key.
   */
  public static String key(String tenant, String namespace, String name) {
    return tenant + '/' + namespace.replace("%", "%25").replace("/", "%2F") + '/' + name;
  }

  /**
   * Returns how far the ticks of a group lie behind the multiples of its interval, in milliseconds:
   * a stable hash of the group's name, so that groups do not all tick at once.
   *
   * <p>As in Prometheus it is {@code hash(namespace, name) mod interval}; the hash is the upper
   * half of {@link SeriesId} of the labels {@code file} and {@code name} (Prometheus hashes the
   * same labels by xxHash, over the path that its own configuration gives the file, so that ticks
   * cannot coincide anyway). The tenant is not part of it.
   */
  public static long offsetMillis(String namespace, String name, long intervalMillis) {
    SeriesId id = SeriesId.of("", Labels.of("file", namespace, "name", name));
    return Long.remainderUnsigned(id.high(), intervalMillis);
  }

  /** Returns the first tick after {@code timeMillis} of a grid with the given offset. */
  public static long firstTickAfter(long timeMillis, long intervalMillis, long offsetMillis) {
    long ticks = Math.floorDiv(timeMillis - offsetMillis, intervalMillis);
    return (ticks + 1) * intervalMillis + offsetMillis;
  }
}
