package dev.guanlan.promql;

import dev.guanlan.model.Labels;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells which series a call of {@code info} takes labels from, which its text does not say in full:
 * the second argument is no selector by itself ({@code evalInfo} in Prometheus' {@code
 * promql/info.go}).
 *
 * @param names what is asked of metrics' names for series to be info; empty if only other labels
 *     are written
 * @param data what is asked of other labels
 * @param shift how far from the evaluation time the series are looked at: as far as the first
 *     selector of what they are added to, through all subqueries around it
 */
public record InfoSelector(List<Matcher> names, List<Matcher> data, Shift shift) {

  private static final Matcher TARGET_INFO =
      new Matcher(Labels.METRIC_NAME, MatcherType.EQUAL, "target_info");

  /** What is meant where the name is only told what not to be. */
  private static final Matcher ANY_INFO =
      new Matcher(Labels.METRIC_NAME, MatcherType.REGEX, ".+_info");

  /** Copies the lists. */
  public InfoSelector {
    names = List.copyOf(names);
    data = List.copyOf(data);
  }

  /** Returns what a call of {@code info} selects. */
  public static InfoSelector of(Expression.Call call) {
    List<Matcher> names = new ArrayList<>();
    List<Matcher> data = new ArrayList<>();
    if (call.arguments().size() < 2) {
      names.add(TARGET_INFO);
    } else {
      Expression argument = Trees.unwrap(call.arguments().get(1));
      for (Matcher matcher : ((Expression.VectorSelector) argument).matchers()) {
        (matcher.name().equals(Labels.METRIC_NAME) ? names : data).add(matcher);
      }
    }
    if (!names.isEmpty() && names.stream().noneMatch(InfoSelector::isPositive)) {
      names.add(ANY_INFO);
    }
    Shift shift = shift(call.arguments().get(0), Shift.NONE);
    return new InfoSelector(names, data, shift == null ? Shift.NONE : shift);
  }

  private static boolean isPositive(Matcher matcher) {
    return matcher.type() == MatcherType.EQUAL || matcher.type() == MatcherType.REGEX;
  }

  private static @Nullable Shift shift(Expression expression, Shift around) {
    if (expression instanceof Expression.VectorSelector selector) {
      return inside(around, selector.shift());
    }
    Shift outer = around;
    if (expression instanceof Expression.Subquery subquery) {
      outer = inside(around, subquery.shift());
    }
    for (Expression child : Trees.children(expression)) {
      Shift found = shift(child, outer);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static Shift inside(Shift outer, Shift inner) {
    return inner.at() != null
        ? inner
        : new Shift(outer.offsetMillis() + inner.offsetMillis(), outer.at());
  }

  /** Returns all that an info series must satisfy. */
  public List<Matcher> matchers() {
    List<Matcher> matchers = new ArrayList<>(names.isEmpty() ? List.of(TARGET_INFO) : names);
    matchers.addAll(data);
    return matchers;
  }

  /** Tells whether a series is an info series itself, to which nothing is added. */
  public boolean isInfo(Labels labels) {
    String name = labels.metricName();
    return !names.isEmpty() && names.stream().allMatch(matcher -> matcher.matches(name));
  }
}
