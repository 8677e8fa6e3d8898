package dev.guanlan.bench.rules;

import dev.guanlan.rules.RuleFileException;
import dev.guanlan.rules.RuleFiles;
import dev.guanlan.rules.RuleGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Makes Prometheus rule files: alerting rules of all shapes in turn, in files of whole groups with
 * up to a thousand rules, or of one group if it has more. The same arguments give the same bytes.
 */
final class GeneratedRules {

  static final int RULES_A_GROUP = 50;

  private static final int RULES_A_FILE = 1_000;
  private static final RuleShape[] SHAPES = RuleShape.values();
  private static final String[] FOR = {"0s", "30s", "1m"};

  private final List<String> files = new ArrayList<>();

  private GeneratedRules() {}

  /**
   * Makes rules of every shape in equal parts.
   *
   * @param rules how many
   * @param rulesOfGroup how many of them a group has
   * @param nodes how many nodes there are to look at
   * @param seed of what they look at
   */
  static GeneratedRules of(int rules, int rulesOfGroup, int nodes, long seed) {
    return of(rules, rulesOfGroup, nodes, seed, SHAPES);
  }

  /** Makes rules of some shapes in equal parts. */
  static GeneratedRules of(int rules, int rulesOfGroup, int nodes, long seed, RuleShape... shapes) {
    int rulesOfFile = Math.max(1, RULES_A_FILE / rulesOfGroup) * rulesOfGroup;
    GeneratedRules generated = new GeneratedRules();
    Choice choice = new Choice(seed, nodes);
    StringBuilder yaml = new StringBuilder();
    for (int i = 0; i < rules; i++) {
      if (i % rulesOfFile == 0 && i > 0) {
        generated.files.add(yaml.toString());
        yaml.setLength(0);
      }
      if (yaml.isEmpty()) {
        yaml.append("groups:\n");
      }
      if (i % rulesOfGroup == 0) {
        yaml.append("  - name: group-%03d\n".formatted(i / rulesOfGroup));
        yaml.append("    interval: 15s\n    rules:\n");
      }
      append(yaml, i, shapes[i % shapes.length], choice);
    }
    generated.files.add(yaml.toString());
    return generated;
  }

  private static void append(StringBuilder yaml, int number, RuleShape shape, Choice choice) {
    yaml.append("      - alert: %s%05d\n".formatted(shape.title(), number));
    yaml.append("        expr: '").append(shape.expression(choice)).append("'\n");
    yaml.append("        for: ").append(FOR[choice.below(FOR.length)]).append('\n');
    yaml.append("        labels:\n          severity: ");
    yaml.append(choice.of("warning", "critical")).append('\n');
    yaml.append("        annotations:\n          summary: '");
    yaml.append(shape.title().toLowerCase(Locale.ROOT));
    yaml.append(" of {{ $labels.instance }} is {{ $value | humanize }}'\n");
  }

  /** Adds a file, after the others. */
  GeneratedRules with(String yaml) {
    files.add(yaml);
    return this;
  }

  /** Returns the files' contents. */
  List<String> files() {
    return List.copyOf(files);
  }

  /** Writes the files into a folder, and returns their paths. */
  List<Path> write(Path folder) throws IOException {
    List<Path> paths = new ArrayList<>();
    Files.createDirectories(folder);
    for (int i = 0; i < files.size(); i++) {
      paths.add(Files.writeString(folder.resolve(name(i)), files.get(i)));
    }
    return paths;
  }

  /** Returns the groups as our own reader finds them in the files. */
  List<RuleGroup> groups() {
    List<RuleGroup> groups = new ArrayList<>();
    try {
      for (int i = 0; i < files.size(); i++) {
        groups.addAll(RuleFiles.parse(files.get(i), name(i)));
      }
    } catch (RuleFileException e) {
      throw new IllegalStateException("A generated rule is wrong: " + e.problems(), e);
    }
    return groups;
  }

  private static String name(int file) {
    return "bench-%d.yaml".formatted(file);
  }
}
