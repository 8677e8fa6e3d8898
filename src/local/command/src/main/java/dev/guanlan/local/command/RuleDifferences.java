package dev.guanlan.local.command;

import dev.guanlan.connector.kafka.rules.PublishedGroup;
import dev.guanlan.connector.kafka.rules.RuleChanges;
import dev.guanlan.local.command.terminal.Style;
import dev.guanlan.rules.AlertingRule;
import dev.guanlan.rules.Rule;
import dev.guanlan.rules.RuleGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Tells how rule groups differ, group by group and rule by rule. */
final class RuleDifferences {

  private static final String INSIDE = "    ";

  private RuleDifferences() {}

  /** Returns a line for each group that differs, with lines below it for what differs inside. */
  static List<String> lines(RuleChanges changes, Style style) {
    List<String> lines = new ArrayList<>();
    for (PublishedGroup added : changes.added()) {
      lines.add(style.good("+") + " " + name(added.group()) + ", " + size(added.group()));
    }
    for (RuleChanges.Changed changed : changes.changed()) {
      lines.add(style.warn("~") + " " + name(changed.after().group()));
      inside(changed, style).forEach(line -> lines.add(INSIDE + line));
    }
    for (PublishedGroup deleted : changes.deleted()) {
      lines.add(style.bad("-") + " " + name(deleted.group()) + ", " + size(deleted.group()));
    }
    return lines;
  }

  /** Counts the groups in one line. */
  static String summary(RuleChanges changes) {
    return "%s added, %d changed, %d deleted, %d unchanged"
        .formatted(
            Counted.of(changes.added().size(), "group"),
            changes.changed().size(),
            changes.deleted().size(),
            changes.unchanged().size());
  }

  private static List<String> inside(RuleChanges.Changed changed, Style style) {
    RuleGroup before = changed.before().group();
    RuleGroup after = changed.after().group();
    List<String> lines = new ArrayList<>();
    if (!changed.before().source().equals(changed.after().source())) {
      lines.add("kept by " + keeper(changed.after()) + ", was by " + keeper(changed.before()));
    }
    if (!header(before).equals(header(after))) {
      lines.add("the group's own interval, query_offset, limit or labels");
    }
    List<Rule> gone = new ArrayList<>(before.rules());
    List<Rule> come = new ArrayList<>();
    for (Rule rule : after.rules()) {
      if (!gone.remove(rule)) {
        come.add(rule);
      }
    }
    if (gone.isEmpty() && come.isEmpty() && !before.rules().equals(after.rules())) {
      lines.add("the order of the rules");
    }
    for (Rule rule : come) {
      boolean changes = gone.removeIf(old -> name(old).equals(name(rule)));
      lines.add((changes ? style.warn("~") : style.good("+")) + " " + name(rule));
    }
    gone.forEach(rule -> lines.add(style.bad("-") + " " + name(rule)));
    return lines;
  }

  /** Returns the group without its rules. */
  private static RuleGroup header(RuleGroup group) {
    return new RuleGroup(
        group.namespace(),
        group.name(),
        group.intervalMillis(),
        group.queryOffsetMillis(),
        group.limit(),
        Map.copyOf(group.labels()),
        List.of());
  }

  static String keeper(PublishedGroup published) {
    return published.source().isEmpty() ? "nobody" : DeadLettersCommand.plain(published.source());
  }

  private static String name(RuleGroup group) {
    return DeadLettersCommand.plain(group.namespace() + "/" + group.name());
  }

  private static String name(Rule rule) {
    String name = (rule instanceof AlertingRule ? "alert " : "record ") + rule.name();
    return DeadLettersCommand.plain(rule.labels().isEmpty() ? name : name + " " + rule.labels());
  }

  private static String size(RuleGroup group) {
    return Counted.of(group.rules().size(), "rule");
  }
}
