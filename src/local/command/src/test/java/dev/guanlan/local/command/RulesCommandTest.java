package dev.guanlan.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RulesCommandTest {

  @TempDir Path folder;

  private final TestingCommand rules = new TestingCommand(RulesCommand::new);

  @BeforeEach
  void writeFiles() throws IOException {
    write(
        "rules.yml",
        """
        groups:
          - name: g
            rules:
              - {alert: Down, expr: up == 0, labels: {severity: page}}
              - {record: "job:up:count", expr: count by (job) (up)}
        """);
    write(
        "twice.yml",
        """
        groups:
          - {name: a, labels: {team: x}, rules: [{record: r, expr: "1"}]}
          - {name: b, rules: [{record: r, expr: "2", labels: {team: x}}]}
        """);
    write("experimental.yml", "groups: [{name: g, rules: [{record: r, expr: 'm[1m] anchored'}]}]");
    write("owned.yml", "groups: [{name: g, owner: me}]");
    write(
        "test.yml",
        """
        rule_files: [rules.yml]
        tests:
          - name: right
            input_series: [{series: 'up{job="a"}', values: 0 1}]
            alert_rule_test:
              - eval_time: 0
                alertname: Down
                exp_alerts: [{exp_labels: {severity: page, job: a}}]
          - name: wrong <&
            input_series: [{series: 'up{job="a"}', values: 0 1}]
            promql_expr_test:
              - expr: job:up:count
                exp_samples: [{labels: 'job:up:count{job="b"}', value: 1}]
        """);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  /** Runs the command; arguments that end in .yml are files of the folder. */
  private int run(String... arguments) {
    List<String> words = new ArrayList<>();
    for (String argument : arguments) {
      words.add(argument.endsWith(".yml") ? folder.resolve(argument).toString() : argument);
    }
    return rules.run(words.toArray(String[]::new));
  }

  private String printed() {
    return rules.printed().replace(folder + "/", "");
  }

  @Nested
  class Check {

    @Test
    void counts_what_is_right() {
      assertThat(run("check", "rules.yml")).isZero();
      assertThat(printed()).isEqualTo("ok rules.yml: 1 group, 2 rules\n");
    }

    @Test
    void tells_where_a_file_is_wrong_and_goes_on() {
      assertThat(run("check", "owned.yml", "rules.yml")).isEqualTo(1);
      assertThat(printed())
          .startsWith("!! owned.yml\n    owned.yml:1:20: field \"owner\" not found")
          .contains("ok rules.yml");
    }

    @Test
    void skips_unknown_fields_where_that_is_wanted() {
      assertThat(run("check", "--ignore-unknown-fields", "owned.yml")).isZero();
    }

    @Test
    void remarks_on_duplicates_unless_told_not_to_and_fails_if_they_are_fatal() {
      assertThat(run("check", "twice.yml")).isZero();
      assertThat(printed()).contains("the rule r with the labels {team=\"x\"} occurs 2 times");
      assertThat(run("check", "--lint-fatal", "twice.yml")).isEqualTo(3);
      assertThat(run("check", "--lint=all", "--lint-fatal", "twice.yml")).isEqualTo(3);
      assertThat(run("check", "--lint=none", "--lint-fatal", "twice.yml")).isZero();
      assertThat(printed()).doesNotContain("occurs");
      assertThat(run("check", "--lint=duplicate-rules", "--lint-fatal", "owned.yml")).isEqualTo(1);
    }

    @Test
    void reads_experimental_language_where_it_is_enabled() {
      assertThat(run("check", "experimental.yml")).isEqualTo(1);
      assertThat(
              run("check", "--enable-feature=promql-extended-range-selectors", "experimental.yml"))
          .isZero();
      assertThat(run("check", "--enable-feature=promql-nothing", "experimental.yml")).isEqualTo(1);
      assertThat(rules.complaint()).contains("There is no feature promql-nothing");
    }

    @Test
    void remarks_on_what_no_stream_can_evaluate() throws IOException {
      write("steps.yml", "groups: [{name: g, rules: [{record: r, expr: 'rate(m[step()])'}]}]");
      assertThat(run("check", "--enable-feature=promql-duration-expr", "steps.yml")).isZero();
      assertThat(printed())
          .startsWith("ok steps.yml: 1 group, 1 rule\n    group g, in the stream: the rule \"r\"");
      write("fixed.yml", "groups: [{name: g, rules: [{record: r, expr: m @ 1000}]}]");
      assertThat(run("check", "fixed.yml")).isZero();
      assertThat(printed()).doesNotContain("in the stream");
    }

    @Test
    void reads_standard_input_without_a_file() {
      InputStream before = System.in;
      try {
        System.setIn(new ByteArrayInputStream("groups: 1".getBytes(StandardCharsets.UTF_8)));
        assertThat(run("check")).isEqualTo(1);
        assertThat(printed()).contains("standard input:1:9: \"groups\" must be a list");
      } finally {
        System.setIn(before);
      }
    }
  }

  @Nested
  class Testing {

    @Test
    void shows_what_differs() {
      assertThat(run("test", "test.yml")).isEqualTo(1);
      assertThat(printed())
          .isEqualTo(
              """
              !! test.yml: 1 of 2 tests failed (- expected, + got)
                  wrong <&
                    test.yml:12: job:up:count at 0s
                        + job:up:count{job="a"} 1
                        - job:up:count{job="b"} 1
              """);
    }

    @Test
    void runs_only_tests_of_matching_names() {
      assertThat(run("test", "--run=^ri", "--run=nothing", "test.yml")).isZero();
      assertThat(printed()).isEqualTo("ok test.yml: 1 test, 1 case\n");
    }

    @Test
    void says_that_a_file_is_missing() {
      assertThat(run("test", "nowhere.yml")).isEqualTo(1);
      assertThat(rules.complaint()).startsWith("There is no file ");
    }

    @Test
    void refuses_a_file_that_is_no_test() {
      assertThat(run("test", "rules.yml")).isEqualTo(1);
      assertThat(printed()).contains("rules.yml:1:1: field \"groups\" not found");
    }

    @Test
    void writes_a_report_for_build_servers() throws IOException {
      Path report = folder.resolve("report.xml");
      assertThat(run("test", "--junit=" + report, "test.yml", "rules.yml")).isEqualTo(1);
      assertThat(Files.readString(report))
          .contains("tests=\"2\" failures=\"1\" errors=\"0\"")
          .contains("<testcase name=\"right\">")
          .contains("<testcase name=\"wrong &lt;&amp;\"><failure message=\"job:up:count at 0s\">")
          .contains("tests=\"1\" failures=\"0\" errors=\"1\"");
    }
  }
}
