package dev.guanlan.local.command;

import dev.guanlan.connector.kafka.rules.PublishedGroup;
import dev.guanlan.connector.kafka.rules.RuleGroupTopic;
import dev.guanlan.rules.RuleFile;
import dev.guanlan.rules.RuleGroup;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Holds the options that say which rules are wanted, and where. */
final class RulesSourceMixin {

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE|FOLDER",
      description = "Prometheus rule files, and folders of files that end in .yaml or .yml.")
  private List<Path> paths = List.of();

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description = "Put all groups into this namespace (default: each file's own name).")
  private String namespace = "";

  @Option(
      names = "--prune",
      description =
          "Delete the tenant's other namespaces, except those that a gateway keeps from a folder.")
  private boolean prune;

  RulesSourceMixin() {}

  /**
   * Is what the files say.
   *
   * @param namespaces the namespaces that they are
   * @param groups all groups of these
   */
  record Wanted(Set<String> namespaces, List<RuleGroup> groups) {}

  /**
   * Reads the files; what is wrong in any of them ends the command.
   *
   * @param tenant whose rules they are to be
   * @param warn where what is accepted but probably not meant is told
   */
  Wanted read(String tenant, PrintWriter warn) {
    List<Path> files = ShippedRules.opened(paths);
    Map<String, Path> namespaces = new HashMap<>();
    List<RuleGroup> groups = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Path file : files) {
      String own = namespace.isEmpty() ? file.getFileName().toString() : namespace;
      Path other = namespaces.put(own, file);
      if (other != null && namespace.isEmpty()) {
        throw new Problem(
            "The files %s and %s have one name, and with it one namespace; rename one"
                .formatted(other, file));
      }
      RuleFile read = ShippedRules.read(file, group -> RuleGroupTopic.check(tenant, group.in(own)));
      read.warnings().forEach(warning -> warn.println("guanlan: warning: " + warning));
      for (RuleGroup group : read.groups()) {
        if (!names.add(own + "/" + group.name()) && !namespace.isEmpty()) {
          throw new Problem(
              "The group %s is in %s, and in a file before it; rename one"
                  .formatted(group.name(), file));
        }
        groups.add(group.in(own));
      }
    }
    return new Wanted(Set.copyOf(namespaces.keySet()), groups);
  }

  /** Returns what the tenant has once the files are applied. */
  List<PublishedGroup> applied(Wanted wanted, List<PublishedGroup> present) {
    List<PublishedGroup> after = new ArrayList<>(present);
    after.removeIf(
        old ->
            wanted.namespaces().contains(old.group().namespace())
                || (prune && old.source().isEmpty()));
    wanted.groups().forEach(group -> after.add(PublishedGroup.byHand(group)));
    return after;
  }
}
