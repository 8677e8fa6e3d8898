package dev.guanlan.gateway.rules;

import dev.guanlan.connector.kafka.rules.RuleGroupTopic;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.rules.RuleFile;
import dev.guanlan.rules.RuleFileException;
import dev.guanlan.rules.RuleFileOptions;
import dev.guanlan.rules.RuleFiles;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.rules.yaml.YamlProblem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Is what the files of a folder say. Each file is right or wrong by itself: what the topic of rules
 * would not take of one is found here, so that it stands in no other's way.
 *
 * @param groups all groups of the files that are right
 * @param right the names of these files
 * @param wrong what is wrong with the others, by their names
 * @param warnings what is accepted but probably not meant, in files that have changed
 */
record RuleFolderRules(
    List<RuleGroup> groups,
    Set<String> right,
    SortedMap<String, String> wrong,
    List<YamlProblem> warnings) {

  /**
   * Reads files.
   *
   * @param before what they were when they were read last, if ever
   * @param tenant whose rules they are
   */
  static RuleFolderRules of(
      RuleFolderFiles files, @Nullable RuleFolderFiles before, String tenant) {
    List<RuleGroup> groups = new ArrayList<>();
    Set<String> right = new HashSet<>();
    SortedMap<String, String> wrong = new TreeMap<>();
    List<YamlProblem> warnings = new ArrayList<>();
    for (Map.Entry<String, byte[]> file : files.contents().entrySet()) {
      String name = file.getKey();
      try {
        RuleFile read =
            RuleFiles.read(
                RuleErrands.text(file.getValue()),
                name,
                RuleFileOptions.STREAMED,
                group -> RuleGroupTopic.check(tenant, group));
        groups.addAll(read.groups());
        right.add(name);
        if (before == null || !files.sameAs(before, name)) {
          warnings.addAll(read.warnings());
        }
      } catch (RuleFileException | Refusal e) {
        wrong.put(name, String.valueOf(e.getMessage()));
      }
    }
    return new RuleFolderRules(groups, right, wrong, warnings);
  }
}
