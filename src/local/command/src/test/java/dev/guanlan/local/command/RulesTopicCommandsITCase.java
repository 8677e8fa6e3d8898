package dev.guanlan.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.connector.kafka.rules.PublishedGroup;
import dev.guanlan.connector.kafka.rules.RuleGroupTopic;
import dev.guanlan.rules.RuleFiles;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.testing.KafkaExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Runs the commands that read and change the rules on Kafka. */
class RulesTopicCommandsITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  @TempDir Path folder;

  private final TestingCommand rules = new TestingCommand(RulesCommand::new);
  private String tenant = UUID.randomUUID().toString();

  @BeforeAll
  static void createTopics() {
    KAFKA.createPlatformTopics(1);
  }

  @BeforeEach
  void writeFiles() throws IOException {
    write(
        "node.yaml",
        """
        groups:
          - name: disks
            interval: 15s
            rules:
              - {record: "free:min", expr: min(free)}
              - {alert: DiskFull, expr: "free:min == 0", for: 5m}
          - {name: load, rules: [{alert: Load, expr: load > 1}]}
        """);
    write("web.yml", "groups: [{name: web, rules: [{record: r, expr: up}]}]");
    write("notes.txt", "not rules");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private int run(String command, String... arguments) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of("--kafka", KAFKA.bootstrapServers(), "--tenant", tenant));
    words.addAll(List.of(arguments));
    return rules.run(words.toArray(String[]::new));
  }

  @Test
  void tellsWhatIsTakenAndProbablyNotMeant() throws IOException {
    Path file =
        write("odd.yaml", "groups: [{name: g, rules: [{record: r, expr: up}]}]\n---\ngroups: []\n");
    String warning =
        "guanlan: warning: odd.yaml:2:1: only the first YAML document of a rule file is read;"
            + " move its groups up\n";
    assertThat(run("diff", file.toString())).isEqualTo(1);
    assertThat(rules.complaint()).isEqualTo(warning);
    assertThat(run("apply", file.toString())).isZero();
    assertThat(rules.complaint()).isEqualTo(warning);
    assertThat(rules.printed()).startsWith("+ odd.yaml/g, 1 rule\n");
  }

  @Test
  void saysWhereAGroupIsThatIsTooLarge() throws IOException {
    String large = "x".repeat(1_000_000);
    Path file =
        write(
            "large.yaml",
            "groups:\n  - {name: g, rules: [{record: r, expr: up, labels: {text: "
                + large
                + "}}]}\n");
    assertThat(run("apply", file.toString())).isEqualTo(1);
    assertThat(rules.complaint()).contains("large.yaml:2:5: the group g takes 1000");
  }

  @Test
  void appliesAFolderAndTellsWhatThatChanges() throws IOException {
    String all = folder.toString();
    assertThat(run("list")).as(rules.complaint()).isZero();
    assertThat(rules.printed()).isEqualTo("There are no rules.\n");

    assertThat(run("diff", all)).as(rules.complaint()).isEqualTo(1);
    assertThat(rules.printed())
        .isEqualTo(
            """
            + node.yaml/disks, 2 rules
            + node.yaml/load, 1 rule
            + web.yml/web, 1 rule
            Would be: 3 groups added, 0 changed, 0 deleted, 0 unchanged
            """);
    assertThat(run("apply", all)).as(rules.complaint()).isZero();
    assertThat(rules.printed()).contains("3 groups added, 0 changed, 0 deleted, 0 unchanged");
    assertThat(run("diff", all)).isZero();
    assertThat(run("list")).isZero();
    assertThat(rules.printed())
        .isEqualTo(
            """
            NAMESPACE  GROUP  INTERVAL  RULES  KEPT BY
            node.yaml  disks       15s      2
            node.yaml  load    default      1
            web.yml    web     default      1
            """);

    String changed =
        write(
                "node.yaml",
                """
                groups:
                  - name: disks
                    interval: 30s
                    rules:
                      - {record: "free:max", expr: max(free)}
                      - {alert: DiskFull, expr: "free:max == 0", for: 5m}
                """)
            .toString();
    assertThat(run("apply", changed)).isZero();
    assertThat(rules.printed())
        .isEqualTo(
            """
            ~ node.yaml/disks
                the group's own interval, query_offset, limit or labels
                + record free:max
                ~ alert DiskFull
                - record free:min
            - node.yaml/load, 1 rule
            0 groups added, 1 changed, 1 deleted, 1 unchanged
            """);
    assertThat(run("get", "node.yaml")).isZero();
    assertThat(rules.printed())
        .isEqualTo(
            """
            groups:
              - name: disks
                interval: 30s
                rules:
                  - record: free:max
                    expr: max(free)
                  - alert: DiskFull
                    expr: free:max == 0
                    for: 5m
            """);
    assertThat(run("apply", "--prune", changed)).isZero();
    assertThat(rules.printed()).contains("- web.yml/web").contains("1 deleted");
  }

  @Test
  void changesNothingIfAnythingIsWrong() throws IOException {
    String web = folder.resolve("web.yml").toString();
    assertThat(run("apply", web)).isZero();
    write("web.yml", "groups: [{name: other, rules: [{record: r, expr: up}]}]");
    write("wrong.yaml", "groups: [{name: g, rules: [{record: r, expr: up +}]}]");
    assertThat(run("apply", folder.toString())).isEqualTo(1);
    assertThat(rules.complaint()).contains("wrong.yaml:1:50: could not parse expression");
    assertThat(run("diff", folder.toString())).isEqualTo(2);
    assertThat(run("diff", folder.resolve("none.yaml").toString())).isEqualTo(2);
    assertThat(run("get", "web.yml")).isZero();
    assertThat(rules.printed()).contains("name: web").doesNotContain("other");
  }

  @Test
  void putsFilesIntoOneNamespaceIfTold() throws IOException {
    String[] both = {folder.resolve("node.yaml").toString(), folder.resolve("web.yml").toString()};
    assertThat(run("apply", "--namespace", "team/all", both[0], both[1]))
        .as(rules.complaint())
        .isZero();
    assertThat(run("list")).isZero();
    assertThat(rules.printed().lines().filter(line -> line.startsWith("team/all"))).hasSize(3);
    assertThat(run("delete", "team/all", "web")).isZero();
    assertThat(rules.printed()).isEqualTo("- team/all/web, 1 rule\n");
    assertThat(run("delete", "team/all", "web")).isEqualTo(1);
    assertThat(rules.complaint()).contains("There are no rules in team/all/web");
    assertThat(run("delete", "team/all")).isZero();
    assertThat(run("get", "team/all")).isEqualTo(1);

    Path other = Files.createDirectory(folder.resolve("other"));
    String twin = Files.copy(folder.resolve("web.yml"), other.resolve("web.yml")).toString();
    assertThat(run("apply", both[1], twin)).isEqualTo(1);
    assertThat(rules.complaint()).contains("have one name");
    assertThat(run("apply", "--namespace", "n", both[1], twin)).isEqualTo(1);
    assertThat(rules.complaint()).contains("The group web is in");
  }

  @Test
  void leavesToAFolderWhatItKeeps() throws Exception {
    RuleGroup kept = RuleFiles.parse("groups: [{name: g}]", "kept.yaml").get(0);
    new RuleGroupTopic(KAFKA.bootstrapServers())
        .<RuntimeException>change(
            tenant, present -> List.of(new PublishedGroup(kept, "folder /etc/rules")));
    assertThat(run("apply", "--prune", folder.resolve("web.yml").toString())).isZero();
    assertThat(run("list")).isZero();
    assertThat(rules.printed()).contains("folder /etc/rules").contains("web.yml");
  }

  @Test
  void saysWhatIsMissing() {
    assertThat(run("apply")).isEqualTo(2);
    assertThat(run("delete")).isEqualTo(2);
    tenant = "a/b";
    assertThat(run("list")).isEqualTo(1);
    assertThat(rules.complaint()).contains("cannot be a tenant");
  }
}
