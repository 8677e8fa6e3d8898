package dev.guanlan.rules.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.nodes.Node;

class YamlFieldsTest {

  private static YamlProblems problems(String yaml) {
    return new YamlProblems(yaml, "f");
  }

  private static Node node(String yaml, YamlProblems problems) {
    Node root = YamlDocuments.read(yaml, problems).root();
    assertThat(root).isNotNull();
    Map<String, Node> fields = new YamlFields(problems, false).of(root, "a", List.of("v"));
    assertThat(fields).isNotNull();
    return fields.get("v");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1", "-1.5, -1.5", "+.5e3, 500", "1_000, 1000", "0x1F, 31", "-0b11, -3", "0o17, 15",
    "017, 15", "089, 89", ".inf, Infinity", "-.INF, -Infinity", "'', 0", "~, 0", "1e400, Infinity"
  })
  void numbersAreThoseOfGo(String text, double value) {
    YamlProblems problems = problems(text);
    assertThat(new YamlFields(problems, false).decimal(node("v: " + text, problems), "v"))
        .isEqualTo(value);
    assertThat(problems.found()).isEmpty();
  }

  @Test
  void nanIsANumber() {
    YamlProblems problems = problems("");
    assertThat(new YamlFields(problems, false).decimal(node("v: .NaN", problems), "v")).isNaN();
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "'1'", "1s", "one", "[1]", "{}", "0x", "1 2"})
  void whatIsNoNumberIsRefused(String text) {
    YamlProblems problems = problems("v: " + text);
    new YamlFields(problems, false).decimal(node("v: " + text, problems), "\"v\"");
    assertThat(problems.found())
        .singleElement()
        .asString()
        .startsWith("f:1:4: \"v\" must be a number, and is ");
  }

  @ParameterizedTest
  @CsvSource({"7, 7", "-1, -1", "1_000, 1000", "0x1F, 31", "017, 15", "0o17, 15", "4.0, 4", "~, 0"})
  void wholeNumbersAreThoseOfGo(String text, int value) {
    YamlProblems problems = problems(text);
    assertThat(new YamlFields(problems, false).number(node("v: " + text, problems), "v"))
        .isEqualTo(value);
    assertThat(problems.found()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"'7'", "\"\"", "1.5", "7s", "1e10", "99999999999"})
  void whatIsNoWholeNumberIsRefused(String text) {
    YamlProblems problems = problems("v: " + text);
    new YamlFields(problems, false).number(node("v: " + text, problems), "\"v\"");
    assertThat(problems.found())
        .singleElement()
        .asString()
        .startsWith("f:1:4: \"v\" must be a whole number, and is ");
  }

  @ParameterizedTest
  @CsvSource({"true, true", "Yes, true", "off, false", "'', false"})
  void flagsAreThoseOfGo(String text, boolean value) {
    YamlProblems problems = problems("");
    assertThat(new YamlFields(problems, false).flag(node("v: " + text, problems), "v"))
        .isEqualTo(value);
    assertThat(problems.found()).isEmpty();
  }

  @Test
  void unknownFieldsAreSkippedWhereTheyAreAllowed() {
    YamlProblems problems = problems("");
    Node root = YamlDocuments.read("{v: 1, w: 2}", problems).root();
    assertThat(root).isNotNull();
    assertThat(new YamlFields(problems, true).of(root, "a", List.of("v"))).containsOnlyKeys("v");
    assertThat(problems.found()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "1, 1ms",
    "90000, 1m30s",
    "86400000, 1d",
    "604800000, 1w",
    "7776000000, 90d",
    "31536000000, 1y",
    "31536001000, 365d1s",
    "3600500, 1h500ms"
  })
  void durationsAreWrittenAsPrometheusDoes(long millis, String text) {
    assertThat(Durations.format(millis)).isEqualTo(text);
    assertThat(Durations.parseMillis(text)).isEqualTo(millis);
  }
}
