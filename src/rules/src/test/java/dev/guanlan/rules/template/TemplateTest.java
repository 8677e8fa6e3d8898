package dev.guanlan.rules.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {

  private static final TemplateData DATA =
      new TemplateData(
          Map.of("job", "api", "instance", "web-1.example.com:9100", "empty", ""),
          Map.of("region", "eu"),
          "http://guanlan.example/base",
          1234.5678,
          1_700_000_000_000L,
          promql ->
              List.of(
                  new TemplateData.Sample(Map.of("host", "b"), 2.0),
                  new TemplateData.Sample(Map.of("host", "a"), 21.0)),
          new AlertPlace("prod", "shop", "cart", "n1", "cart", "", List.of("web", "worker")));

  /** Each line: a template, a bar-separated expectation. */
  @ParameterizedTest
  @CsvFileSource(
      resources = "/dev/guanlan/rules/templates.csv",
      delimiterString = "=>",
      quoteCharacter = '\u0001')
  void expands(String template, String expected) throws TemplateException {
    assertThat(Template.parse(template).expand(DATA)).isEqualTo(expected);
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        Arguments.of("{{ nope $value }}", 3, "function \"nope\" not defined"),
        Arguments.of("ab {{ $label.job }}", 6, "undefined variable \"$label\""),
        Arguments.of("{{ if $value }}x", 16, "needs an {{end}}"),
        Arguments.of("{{ end }}", 3, "unexpected \"end\""),
        Arguments.of("x {{ $value", 2, "unclosed action"),
        Arguments.of("{{ \"abc }}", 3, "unterminated quoted string"),
        Arguments.of("{{ (len $labels }}", 16, "unclosed left parenthesis"),
        Arguments.of("{{ $value | 3 }}", 12, "non executable command"),
        Arguments.of("{{ break }}", 3, "outside {{range}}"),
        Arguments.of("{{ if true }}{{ $x := 1 }}{{ end }}{{ $x }}", 38, "undefined variable"),
        Arguments.of("{{ $topology.ownr }}", 12, "can't evaluate field ownr of $topology; known"),
        Arguments.of("{{ $.Topology.Owner }}", 13, "can't evaluate field Owner of $topology"),
        Arguments.of("{{ define \"d\" }}{{ $topology.owner }}{{ end }}", 19, "undefined variable"),
        Arguments.of("{{ }}", 3, "missing value for command"));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void refusesWithThePlace(String template, int offset, String message) {
    TemplateException problem =
        catchThrowableOfType(TemplateException.class, () -> Template.parse(template));
    assertThat(problem).as("is refused").isNotNull().hasMessageContaining(message);
    assertThat(problem.offset()).isEqualTo(offset);
  }

  static Stream<Arguments> failing() {
    return Stream.of(
        Arguments.of("{{ gt $value 90 }}", "incompatible types for comparison"),
        Arguments.of("{{ .Nope }}", "can't evaluate field Nope"),
        Arguments.of("{{ with .Topology }}{{ .nope }}{{ end }}", "can't evaluate field nope"),
        Arguments.of("{{ $topology.owner.name }}", "can't evaluate field name"),
        Arguments.of("{{ $value humanize }}", "can't give an argument to a non-function"),
        Arguments.of("{{ 1 | $value }}", "can't give an argument to a non-function"),
        Arguments.of("{{ .Value 1 }}", "cannot be called with these arguments"),
        Arguments.of("{{ (toTime 0).Age }}", "can't evaluate field Age of 1970-01-01"),
        Arguments.of("{{ (toTime 0).Format 1 }}", "cannot be called with these arguments"),
        Arguments.of("{{ (toDuration 1).Round (toDuration 0) }}", "cannot be called"),
        Arguments.of("{{ slice \"abc\" 2 1 }}", "invalid slice index: 2 > 1"),
        Arguments.of("{{ slice \"abc\" 4 }}", "index out of range: 4"),
        Arguments.of("{{ slice \"abc\" 1.0 }}", "cannot index slice/array"),
        Arguments.of("{{ slice 1 }}", "can't slice 1"),
        Arguments.of("{{ match \"(\" \"x\" }}", "error calling match: error parsing regexp"),
        Arguments.of("{{ humanize \"x\" }}", "strconv.ParseFloat: parsing \"x\": invalid syntax"),
        Arguments.of("{{ humanize \"0x10\" }}", "parsing \"0x10\": invalid syntax"),
        Arguments.of("{{ humanize \"2e400\" }}", "parsing \"2e400\": value out of range"),
        Arguments.of("{{ humanize $labels }}", "can't convert map[string]string to float"),
        Arguments.of("{{ range $i, $n := 3 }}{{ end }}", "can't use 3 to iterate over more than"),
        Arguments.of("{{ toTime \"NaN\" }}", "value is NaN or Inf"),
        Arguments.of("{{ humanizeTimestamp 1e11 }}", "1e+11 cannot be represented as a nanos"),
        Arguments.of("{{ parseDuration \"\" }}", "empty duration string"),
        Arguments.of("{{ parseDuration \"300y\" }}", "duration out of range"),
        Arguments.of("{{ humanize }}", "wrong number of args for humanize: want 1 got 0"),
        Arguments.of("{{ query \"none\" | len | first }}", "wrong type"),
        Arguments.of(
            "{{ define \"r\" }}{{ template \"r\" }}{{ end }}{{ template \"r\" }}", "depth"),
        Arguments.of("{{ range 100000 }}0123456789abcdef{{ end }}", "grows beyond"),
        Arguments.of("{{ range 100000000 }}x{{ end }}", "more than 1000000 steps"));
  }

  @ParameterizedTest
  @MethodSource("failing")
  void failsWhenExpanded(String text, String message) throws TemplateException {
    Template template = Template.parse(text);
    assertThat(catchThrowableOfType(TemplateException.class, () -> template.expand(DATA)))
        .as("fails")
        .isNotNull()
        .hasMessageContaining(message);
  }

  @Test
  void knowsTheQueriesThatStandInIt() throws TemplateException {
    assertThat(Template.parse("{{ range query \"up == 0\" }}{{ .Value }}{{ end }}").queries())
        .containsExactly("up == 0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ $topology.owner }}",
        "{{ range $topology.dependants }}{{ . }}{{ end }}",
        "{{ .Topology.owner }}",
        "{{ $x := . }}{{ $x.Topology.owner }}",
        "{{ define \"d\" }}{{ .Topology.owner }}{{ end }}{{ template \"d\" . }}",
        "{{ if false }}{{ $topology.owner }}{{ end }}"
      })
  void usesTheTopologyWhereItIsMentioned(String text) throws TemplateException {
    assertThat(Template.parse(text).usesTopology()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$topology",
        "{{ $labels.topology }} {{ $value }}",
        "{{ $topology := $labels }}{{ $topology.job }}",
        "{{ define \"d\" }}{{ $topology := .Labels }}{{ $topology.job }}{{ end }}",
        "{{ . }}"
      })
  void usesItNowhereElse(String text) throws TemplateException {
    Template template = Template.parse(text);
    assertThat(template.usesTopology()).isFalse();
    assertThat(template.expand(DATA))
        .isEqualTo(template.expand(DATA.withTopology(AlertPlace.NONE)));
  }

  @Test
  void hasTheFunctionsOfPrometheus() {
    assertThat(Functions.names())
        .contains(
            ("args externalURL first graphLink humanize humanize1024 humanizeDuration"
                    + " humanizePercentage humanizeTimestamp label match now parseDuration"
                    + " pathPrefix query reReplaceAll safeHtml sortByLabel stripDomain stripPort"
                    + " strvalue tableLink title toDuration toLower toTime toUpper urlQueryEscape"
                    + " value")
                .split(" ", -1));
  }

  @Test
  void aLiteralKeepsItsBraces() throws TemplateException {
    assertThat(Template.literal("{{ nope }}").expand(DATA)).isEqualTo("{{ nope }}");
  }
}
