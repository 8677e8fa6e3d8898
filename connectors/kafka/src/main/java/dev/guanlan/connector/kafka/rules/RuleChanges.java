package dev.guanlan.connector.kafka.rules;

import dev.guanlan.rules.RuleGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Says how a tenant's rule groups differ from what they are to be, each list by namespace and name.
 *
 * @param added groups that are new
 * @param changed groups that say something else, or are kept by another source
 * @param deleted groups that are gone
 * @param unchanged groups that stay as they are
 */
public record RuleChanges(
    List<PublishedGroup> added,
    List<Changed> changed,
    List<PublishedGroup> deleted,
    List<PublishedGroup> unchanged) {

  /** Makes changes; the lists are copied. */
  public RuleChanges {
    added = List.copyOf(added);
    changed = List.copyOf(changed);
    deleted = List.copyOf(deleted);
    unchanged = List.copyOf(unchanged);
  }

  /** Is a group before and after its change. */
  public record Changed(PublishedGroup before, PublishedGroup after) {}

  /**
   * Compares groups.
   *
   * @throws IllegalArgumentException if a group is wanted twice
   */
  public static RuleChanges between(List<PublishedGroup> present, List<PublishedGroup> wanted) {
    Map<Name, PublishedGroup> before = byName(present);
    Map<Name, PublishedGroup> after = byName(wanted);
    List<PublishedGroup> added = new ArrayList<>();
    List<Changed> changed = new ArrayList<>();
    List<PublishedGroup> deleted = new ArrayList<>();
    List<PublishedGroup> unchanged = new ArrayList<>();
    after.forEach(
        (name, group) -> {
          PublishedGroup old = before.get(name);
          if (old == null) {
            added.add(group);
          } else if (old.equals(group)) {
            unchanged.add(group);
          } else {
            changed.add(new Changed(old, group));
          }
        });
    before.forEach(
        (name, group) -> {
          if (!after.containsKey(name)) {
            deleted.add(group);
          }
        });
    return new RuleChanges(added, changed, deleted, unchanged);
  }

  private record Name(String namespace, String name) implements Comparable<Name> {
    @Override
    public int compareTo(Name other) {
      int order = namespace.compareTo(other.namespace);
      return order == 0 ? name.compareTo(other.name) : order;
    }
  }

  private static Map<Name, PublishedGroup> byName(List<PublishedGroup> groups) {
    Map<Name, PublishedGroup> byName = new TreeMap<>();
    for (PublishedGroup published : groups) {
      RuleGroup group = published.group();
      if (byName.put(new Name(group.namespace(), group.name()), published) != null) {
        throw new IllegalArgumentException(
            "the group %s of the namespace %s is there twice; rename one"
                .formatted(group.name(), group.namespace()));
      }
    }
    return byName;
  }

  /** Returns whether nothing differs. */
  public boolean isEmpty() {
    return added.isEmpty() && changed.isEmpty() && deleted.isEmpty();
  }
}
