package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.ParserOptions;
import dev.guanlan.promql.SelectedWindow;
import java.util.ArrayList;
import java.util.List;

/** Holds a rule group with all expressions and templates parsed. Immutable. */
public final class CompiledGroup {

  private final RuleGroup group;
  private final List<CompiledRule> rules;
  private final List<SelectedWindow> windows;
  private final long reachMillis;
  private final boolean usesTopology;

  private CompiledGroup(RuleGroup group, List<CompiledRule> rules) {
    this(group, rules, rules.stream().flatMap(rule -> rule.windows().stream()).toList());
  }

  private CompiledGroup(RuleGroup group, List<CompiledRule> rules, List<SelectedWindow> windows) {
    this.group = group;
    this.rules = rules;
    this.windows = windows;
    long reach = 0;
    for (SelectedWindow window : windows) {
      reach = Math.max(reach, window.millisBack());
    }
    this.usesTopology = rules.stream().anyMatch(CompiledRule::usesTopology);
    this.reachMillis = reach + group.queryOffsetMillis();
  }

  /**
   * Parses everything in a group.
   *
   * @param lookbackMillis how far back an instant selector looks, in milliseconds
   * @throws RuleException if a rule cannot be evaluated in a stream
   */
  public static CompiledGroup of(RuleGroup group, long lookbackMillis) throws RuleException {
    List<CompiledRule> rules = new ArrayList<>();
    for (Rule rule : group.rules()) {
      rules.add(
          CompiledRule.of(rule, group.labels(), ParserOptions.DEFAULTS).windowed(lookbackMillis));
    }
    return new CompiledGroup(group, List.copyOf(rules));
  }

  /**
   * Parses everything in a group that is evaluated over all samples there are: its selectors may
   * look anywhere, and {@link #windows} says nothing of them.
   *
   * @param language which experimental parts of PromQL it may use
   * @throws RuleException if a rule is malformed
   */
  public static CompiledGroup overEverything(RuleGroup group, ParserOptions language)
      throws RuleException {
    List<CompiledRule> rules = new ArrayList<>();
    for (Rule rule : group.rules()) {
      rules.add(CompiledRule.of(rule, group.labels(), language));
    }
    return new CompiledGroup(group, List.copyOf(rules));
  }

  /**
   * Returns the group with other rules.
   *
   * @param others as many, in the same order
   */
  CompiledGroup with(List<CompiledRule> others) {
    return new CompiledGroup(group, List.copyOf(others));
  }

  /** Returns a group whose windows are those of this one and of another version, too. */
  public CompiledGroup lookingAlsoAt(CompiledGroup other) {
    List<SelectedWindow> all = new ArrayList<>(windows);
    all.addAll(other.windows);
    // What is kept for a window is so much more than it looks back.
    boolean later = group.queryOffsetMillis() >= other.group.queryOffsetMillis();
    return new CompiledGroup(later ? group : other.group, rules, List.copyOf(all));
  }

  /** Returns the group. */
  public RuleGroup group() {
    return group;
  }

  List<CompiledRule> rules() {
    return rules;
  }

  /** Tells whether any template of the group uses the topology. */
  public boolean usesTopology() {
    return usesTopology;
  }

  /** Returns what the group's expressions look at, selector by selector. */
  public List<SelectedWindow> windows() {
    return windows;
  }

  /**
   * Returns how far before a tick samples can matter, in milliseconds, but for those of times that
   * are fixed.
   */
  public long reachMillis() {
    return reachMillis;
  }

  /** Returns the time of the oldest samples that can matter at a tick and after it. */
  public long oldestMillis(long tickMillis) {
    long oldest = tickMillis - reachMillis;
    for (SelectedWindow window : windows) {
      if (window.fixed() != null) {
        oldest = Math.min(oldest, window.fixed().afterMillis());
      }
    }
    return oldest;
  }

  /**
   * Tells whether another version of this group has the same ticks and looks at all the samples
   * that this one looks at.
   */
  public boolean looksWithin(CompiledGroup other) {
    return group.intervalMillis() == other.group.intervalMillis()
        && group.queryOffsetMillis() == other.group.queryOffsetMillis()
        && windows.stream().allMatch(window -> other.windows.stream().anyMatch(window::isWithin));
  }

  /** Tells whether any selector of the group chooses a series. */
  public boolean selects(Labels labels) {
    for (SelectedWindow window : windows) {
      if (Matcher.allMatch(window.matchers(), labels)) {
        return true;
      }
    }
    return false;
  }
}
