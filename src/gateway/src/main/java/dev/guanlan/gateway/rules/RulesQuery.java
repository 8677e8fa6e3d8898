package dev.guanlan.gateway.rules;

import com.linecorp.armeria.common.QueryParams;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.rules.Rule;
import dev.guanlan.rules.RuleGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Says which rules are asked for, in the parameters of Prometheus' API.
 *
 * @param alerting whether alerting rules are
 * @param recording whether recording rules are
 * @param names names of rules; all if there are none
 * @param groups names of groups; all if there are none
 * @param files namespaces; all if there are none
 * @param matchers conditions for labels as rules write them, of which one set must hold; all if
 *     there are none
 * @param excludeAlerts whether alerts are left out
 * @param groupLimit how many groups at most; 0 for all
 * @param nextToken the group to begin with, as an answer before named it; empty for the first
 */
record RulesQuery(
    boolean alerting,
    boolean recording,
    Set<String> names,
    Set<String> groups,
    Set<String> files,
    List<List<Matcher>> matchers,
    boolean excludeAlerts,
    int groupLimit,
    String nextToken) {

  private static final Set<String> TRUE = Set.of("1", "t", "true");
  private static final Set<String> FALSE = Set.of("0", "f", "false", "");

  /** Says that a parameter cannot be, in Prometheus' words. */
  static final class InvalidParameterException extends Exception {
    private static final long serialVersionUID = 1;

    private InvalidParameterException(String parameter, String message) {
      super("invalid parameter \"" + parameter + "\": " + message);
    }
  }

  static RulesQuery of(QueryParams params) throws InvalidParameterException {
    String type = params.get("type", "").toLowerCase(Locale.ROOT);
    if (!Set.of("", "alert", "record").contains(type)) {
      throw new InvalidParameterException("type", "not supported value \"" + type + "\"");
    }
    String exclude = params.get("exclude_alerts", "").toLowerCase(Locale.ROOT);
    if (!TRUE.contains(exclude) && !FALSE.contains(exclude)) {
      throw new InvalidParameterException(
          "exclude_alerts", "not a boolean: \"" + exclude + "\"; give true or false");
    }
    String token = params.get("group_next_token", "");
    int limit = groupLimit(params.get("group_limit", ""));
    if (!token.isEmpty() && limit == 0) {
      throw new InvalidParameterException(
          "group_limit", "group_limit needs to be present in order to paginate over the groups");
    }
    return new RulesQuery(
        !type.equals("record"),
        !type.equals("alert"),
        Set.copyOf(params.getAll("rule_name[]")),
        Set.copyOf(params.getAll("rule_group[]")),
        Set.copyOf(params.getAll("file[]")),
        matchers(params.getAll("match[]")),
        TRUE.contains(exclude),
        limit,
        token);
  }

  private static int groupLimit(String text) throws InvalidParameterException {
    if (text.isEmpty()) {
      return 0;
    }
    try {
      int limit = Integer.parseInt(text);
      if (limit > 0) {
        return limit;
      }
    } catch (NumberFormatException e) {
      throw new InvalidParameterException(
          "group_limit", "group_limit needs to be a valid number: \"" + text + "\"");
    }
    throw new InvalidParameterException("group_limit", "group_limit needs to be greater than 0");
  }

  private static List<List<Matcher>> matchers(List<String> selectors)
      throws InvalidParameterException {
    List<List<Matcher>> sets = new ArrayList<>();
    for (String text : selectors) {
      try {
        if (!(Parser.parse(text) instanceof Expression.VectorSelector selector)) {
          throw new InvalidParameterException("match[]", "not a selector: \"" + text + "\"");
        }
        sets.add(selector.matchers());
      } catch (PromqlException e) {
        throw new InvalidParameterException("match[]", String.valueOf(e.getMessage()));
      }
    }
    return sets;
  }

  boolean wants(RuleGroup group) {
    return (groups.isEmpty() || groups.contains(group.name()))
        && (files.isEmpty() || files.contains(group.namespace()));
  }

  /** Tells whether a rule is asked for, of a group that is. */
  boolean wants(Rule rule, Map<String, String> labels, boolean isAlerting) {
    return (isAlerting ? alerting : recording)
        && (names.isEmpty() || names.contains(rule.name()))
        && (matchers.isEmpty() || matchers.stream().anyMatch(set -> matches(set, labels)));
  }

  private static boolean matches(List<Matcher> set, Map<String, String> labels) {
    return set.stream().allMatch(each -> each.matches(labels.getOrDefault(each.name(), "")));
  }
}
