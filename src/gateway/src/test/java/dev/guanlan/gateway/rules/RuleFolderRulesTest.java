package dev.guanlan.gateway.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.rules.RuleGroup;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What the files of a folder say")
final class RuleFolderRulesTest {

  private static final String RIGHT = "groups: [{name: g, rules: [{record: r, expr: up}]}]\n";
  private static final String QUESTIONABLE =
      "groups: [{name: g, rules: [{record: r, expr: 'up[5m]'}]}]\n---\ngroups: []\n";

  private static RuleFolderFiles files(Map<String, String> texts) {
    SortedMap<String, byte[]> contents = new TreeMap<>();
    texts.forEach((name, text) -> contents.put(name, text.getBytes(UTF_8)));
    return new RuleFolderFiles(contents);
  }

  private static RuleFolderRules read(RuleFolderFiles files, @Nullable RuleFolderFiles before) {
    return RuleFolderRules.of(files, before, "shop");
  }

  @Test
  @DisplayName("has a file wrong by itself whose group no record can hold")
  void oversized() {
    String large =
        """
        groups:
          - {name: small, rules: [{record: r, expr: up}]}
          - {name: large, rules: [{alert: A, expr: up, annotations: {text: "%s"}}]}
        """
            .formatted("x".repeat(1_000_000));
    RuleFolderRules rules = read(files(Map.of("a.yaml", large, "b.yaml", RIGHT)), null);
    assertThat(rules.right()).containsExactly("b.yaml");
    assertThat(rules.groups()).extracting(RuleGroup::namespace).containsExactly("b.yaml");
    assertThat(rules.wrong()).containsOnlyKeys("a.yaml");
    assertThat(rules.wrong().get("a.yaml"))
        .startsWith("a.yaml:3:5: the group large takes 1000")
        .endsWith("bytes, and may take 1000000; split it");
  }

  @Test
  @DisplayName("has warnings of a file when it is new, and when it has changed")
  void warnings() {
    RuleFolderFiles first = files(Map.of("a.yaml", QUESTIONABLE, "b.yaml", RIGHT));
    assertThat(read(first, null).warnings())
        .hasSize(2)
        .extracting(Object::toString)
        .allMatch(warning -> warning.startsWith("a.yaml:"));
    RuleFolderFiles other = files(Map.of("a.yaml", QUESTIONABLE, "b.yaml", "groups: []"));
    assertThat(read(other, first).warnings()).as("only another file has changed").isEmpty();
    RuleFolderFiles changed = files(Map.of("a.yaml", "# again\n" + QUESTIONABLE));
    assertThat(read(changed, other).warnings()).hasSize(2);
    assertThat(read(changed, files(Map.of())).warnings()).hasSize(2);
  }
}
