package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.model.Labels;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.MatcherType;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.RuleException;
import dev.guanlan.schema.RuleGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rule groups that select a series: of each tenant, the selectors by the metric name that
 * they ask for, and those that ask for none in particular. For one thread.
 */
final class RuleIndex {

  private static final String[] NONE = {};

  private final long lookbackMillis;
  private final Map<String, Entry> groups = new HashMap<>();
  private final Map<String, Tenant> tenants = new HashMap<>();

  RuleIndex(long lookbackMillis) {
    this.lookbackMillis = lookbackMillis;
  }

  private record Entry(long version, String tenant, List<SelectedWindow> windows) {}

  private record Selector(String group, List<Matcher> matchers) {}

  private static final class Tenant {
    private final Map<String, List<Selector>> byMetric = new HashMap<>();
    private final List<Selector> anyMetric = new ArrayList<>();
  }

  /**
   * Takes a change; one that is not newer than what is known is ignored.
   *
   * @return whether anything changed
   * @throws RuleException if the group cannot be evaluated; the index is as before
   */
  boolean apply(RuleChange change) throws RuleException {
    Entry known = groups.get(change.key());
    if (known != null && change.version() <= known.version()) {
      return false;
    }
    RuleGroup group = change.group();
    if (group == null) {
      // The version stays known, so that an older record of the group cannot bring it back.
      groups.put(change.key(), new Entry(change.version(), "", List.of()));
      if (known == null || known.windows().isEmpty()) {
        return false;
      }
    } else {
      CompiledGroup compiled = CompiledGroup.of(RuleGroupRecords.fromRecord(group), lookbackMillis);
      groups.put(change.key(), new Entry(change.version(), group.getTenant(), compiled.windows()));
    }
    rebuild();
    return true;
  }

  /** Returns the version of a group that is known, or -1 if none is. */
  long version(String key) {
    Entry known = groups.get(key);
    return known == null ? -1 : known.version();
  }

  /** Forgets a group, whatever its version. */
  void remove(String key) {
    if (groups.remove(key) != null) {
      rebuild();
    }
  }

  private void rebuild() {
    tenants.clear();
    groups.forEach(
        (key, entry) -> {
          for (SelectedWindow window : entry.windows()) {
            Tenant tenant = tenants.computeIfAbsent(entry.tenant(), name -> new Tenant());
            Selector selector = new Selector(key, window.matchers());
            String metric = metric(window.matchers());
            if (metric == null) {
              tenant.anyMetric.add(selector);
            } else {
              tenant.byMetric.computeIfAbsent(metric, name -> new ArrayList<>()).add(selector);
            }
          }
        });
  }

  /** Returns the one metric that matchers ask for, or null if they ask for none by name. */
  static @Nullable String metric(List<Matcher> matchers) {
    for (Matcher matcher : matchers) {
      if (matcher.name().equals(Labels.METRIC_NAME)
          && matcher.type() == MatcherType.EQUAL
          && !matcher.value().isEmpty()) {
        return matcher.value();
      }
    }
    return null;
  }

  /** Returns the keys of the groups that select a series. */
  String[] match(String tenantName, Labels labels) {
    Tenant tenant = tenants.get(tenantName);
    if (tenant == null) {
      return NONE;
    }
    Set<String> matched = new LinkedHashSet<>();
    match(tenant.byMetric.getOrDefault(labels.metricName(), List.of()), labels, matched);
    match(tenant.anyMetric, labels, matched);
    return matched.isEmpty() ? NONE : matched.toArray(NONE);
  }

  private static void match(List<Selector> selectors, Labels labels, Set<String> matched) {
    for (Selector selector : selectors) {
      if (!matched.contains(selector.group()) && Matcher.allMatch(selector.matchers(), labels)) {
        matched.add(selector.group());
      }
    }
  }

  /** Returns how many groups select anything. */
  int size() {
    int size = 0;
    for (Entry entry : groups.values()) {
      size += entry.windows().isEmpty() ? 0 : 1;
    }
    return size;
  }
}
