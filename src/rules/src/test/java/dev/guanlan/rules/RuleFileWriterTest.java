package dev.guanlan.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.rules.yaml.YamlDocuments;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RuleFileWriterTest {

  private static final RuleGroup GROUP =
      new RuleGroup(
          "f.yaml",
          "errors",
          90_000,
          15_000,
          16,
          Map.of("team", "storage"),
          List.of(
              new RecordingRule("job:errors:rate5m", "sum by (job) (rate(errors[5m]))", Map.of()),
              new AlertingRule(
                  "Errors",
                  "job:errors:rate5m\n  > 0.5\n",
                  600_000,
                  3_600_000,
                  Map.of("severity", "page", "on", "no", "rank", "1"),
                  Map.of("summary", "{{ $labels.job }} fails: \"# 5\"\t"))));

  @Test
  void writesWhatAPersonWouldWrite() {
    assertThat(RuleFileWriter.file(List.of(GROUP)))
        .isEqualTo(
            """
            groups:
              - name: errors
                interval: 1m30s
                query_offset: 15s
                limit: 16
                labels:
                  team: storage
                rules:
                  - record: job:errors:rate5m
                    expr: sum by (job) (rate(errors[5m]))
                  - alert: Errors
                    expr: |
                      job:errors:rate5m
                        > 0.5
                    for: 10m
                    keep_firing_for: 1h
                    labels:
                      "on": "no"
                      rank: "1"
                      severity: page
                    annotations:
                      summary: "{{ $labels.job }} fails: \\"# 5\\"\\t"
            """);
  }

  @Test
  void leavesOutWhatIsNotSaid() {
    RuleGroup group = new RuleGroup("f", "g", 0, 0, 0, Map.of(), List.of());
    assertThat(RuleFileWriter.group(group)).isEqualTo("name: g\nrules: []\n");
    assertThat(RuleFileWriter.namespaces(Map.of())).isEqualTo("{}\n");
    assertThat(RuleFileWriter.namespaces(Map.of("team/a: b", List.of(group))))
        .isEqualTo("'team/a: b':\n  - name: g\n    rules: []\n");
  }

  @Property(tries = 300)
  void isReadBackAsItWas(@ForAll("groups") RuleGroup group) throws Exception {
    String file = RuleFileWriter.file(List.of(group));
    assertThat(RuleFiles.parse(file, "f")).as(file).containsExactly(group);
    String alone = RuleFileWriter.group(group);
    assertThat(RuleFiles.readGroup(alone, "f", RuleFileOptions.STREAMED, each -> {}).groups())
        .containsExactly(group);
  }

  @Provide
  Arbitrary<RuleGroup> groups() {
    return Combinators.combine(
            names(),
            Arbitraries.longs().between(0, 100_000_000_000L),
            Arbitraries.integers(),
            texts(),
            rules().list().ofMaxSize(3))
        .as(
            (name, millis, limit, labels, rules) ->
                new RuleGroup("f", name, millis, millis / 7, limit, Map.of(), rules));
  }

  private static Arbitrary<Rule> rules() {
    Arbitrary<Rule> recording =
        Combinators.combine(names().filter(RuleFileWriterTest::noBraces), expressions(), texts())
            .as(RecordingRule::new);
    Arbitrary<Rule> alerting =
        Combinators.combine(
                names(), expressions(), Arbitraries.longs().between(0, 1L << 40), texts())
            .as(
                (name, expr, millis, annotations) ->
                    new AlertingRule(name, expr, millis, millis / 3, Map.of(), annotations));
    return Arbitraries.oneOf(recording, alerting);
  }

  private static boolean noBraces(String name) {
    return name.indexOf('{') < 0 && name.indexOf('}') < 0;
  }

  private static Arbitrary<String> expressions() {
    return Arbitraries.of("up", "up\n  == 0", "- 1\n", "\n\nup #: x\n\n", "'a'", "m{a=\"b\\\\\"}");
  }

  private static Arbitrary<String> names() {
    return awkward().filter(text -> !text.isEmpty());
  }

  private static Arbitrary<Map<String, String>> texts() {
    return Arbitraries.maps(names().filter(name -> !name.equals("__name__")), awkward())
        .ofMaxSize(3)
        .map(TreeMap::new);
  }

  /** Makes texts that are something else in YAML, and no templates. */
  private static Arbitrary<String> awkward() {
    return Arbitraries.oneOf(
            Arbitraries.of(
                "yes",
                "~",
                "null",
                "1",
                "0x1",
                ".5",
                "1:20",
                "2001-01-01",
                "- a",
                "a: b",
                "#",
                " a ",
                "a #b",
                "|",
                ">",
                "&a",
                "*a",
                "!t",
                "%",
                "@",
                "`",
                "[",
                "]",
                "<<",
                "=",
                "?",
                "a\nb",
                "\n",
                "\ta",
                "a\n\n",
                " \n a",
                "\u0007",
                "\u0085",
                "\u2028",
                "\ufeff"),
            Arbitraries.strings().ofMaxLength(12))
        .filter(text -> !text.contains("{{"))
        .filter(RuleFileWriterTest::isText);
  }

  /** Half a surrogate pair is no character, and no file can hold it. */
  private static boolean isText(String text) {
    return text.length() < YamlDocuments.MAX_CODE_POINTS
        && text.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF);
  }
}
