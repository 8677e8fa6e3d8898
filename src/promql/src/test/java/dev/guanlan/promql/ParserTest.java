package dev.guanlan.promql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.guanlan.model.Labels;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The parser")
class ParserTest {

  private static Expression parse(String text) throws PromqlException {
    return Parser.parse(text);
  }

  private static PromqlException failure(String text) {
    PromqlException failure = catchThrowableOfType(PromqlException.class, () -> Parser.parse(text));
    assertThat(failure).as(text).isNotNull();
    return failure;
  }

  @Nested
  class Groups {

    /** Says how an expression is understood, with the parentheses that change nothing. */
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "a + b * c | a + (b * c)",
          "a * b + c | (a * b) + c",
          "a - b - c | (a - b) - c",
          "a ^ b ^ c | a ^ (b ^ c)",
          "a / b % c | (a / b) % c",
          "-a ^ b | -(a ^ b)",
          "-a * b | (-a) * b",
          "a == b + c | a == (b + c)",
          "a or b and c | a or (b and c)",
          "a and b unless c | (a and b) unless c",
          "a > b and c | (a > b) and c",
          "a * b atan2 c | (a * b) atan2 c",
          "a + b offset 5m | a + (b offset 5m)",
          "a ^ -b * c | (a ^ (-b)) * c",
        })
    void byPrecedenceAndAssociativity(String implicit, String explicit) throws PromqlException {
      assertThat(Stripped.of(parse(implicit), true)).isEqualTo(Stripped.of(parse(explicit), true));
    }

    @Test
    void butKeepsParenthesesInTheTree() throws PromqlException {
      assertThat(parse("(a)")).isInstanceOf(Expression.Parentheses.class);
    }
  }

  @Nested
  class ReadsSelectors {

    private Expression.VectorSelector selector(String text) throws PromqlException {
      return (Expression.VectorSelector) parse(text);
    }

    @Test
    void withAllMatchers() throws PromqlException {
      assertThat(selector("m{a=\"1\", b!='2', c=~`3`, d!~\"4\",}").matchers())
          .containsExactly(
              new Matcher(Labels.METRIC_NAME, MatcherType.EQUAL, "m"),
              new Matcher("a", MatcherType.EQUAL, "1"),
              new Matcher("b", MatcherType.NOT_EQUAL, "2"),
              new Matcher("c", MatcherType.REGEX, "3"),
              new Matcher("d", MatcherType.NOT_REGEX, "4"));
    }

    @Test
    void withQuotedNames() throws PromqlException {
      assertThat(selector("{\"my.metric\", \"my label\"=\"x\"}").matchers())
          .containsExactly(
              new Matcher(Labels.METRIC_NAME, MatcherType.EQUAL, "my.metric"),
              new Matcher("my label", MatcherType.EQUAL, "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sum", "by", "offset", "and", "start", "topk", "fill", "a:b", "rate"})
    void ofMetricsCalledLikeKeywords(String name) throws PromqlException {
      assertThat(selector(name).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
      "m offset 5m, 300000",
      "m offset -1h30m, -5400000",
      "m offset 90, 90000",
      "m offset 0x10, 16000",
      "m offset 1y2w3d4h5m6s7ms, 33019506007",
    })
    void withOffsets(String text, long millis) throws PromqlException {
      assertThat(selector(text).shift()).isEqualTo(new Shift(millis, null));
    }

    @Test
    void withRanges() throws PromqlException {
      Expression.RangeSelector range = (Expression.RangeSelector) parse("m [ 1h ] offset 5m");
      assertThat(range.rangeMillis()).isEqualTo(3_600_000);
      assertThat(range.selector().shift().offsetMillis()).isEqualTo(300_000);
    }
  }

  @Nested
  class LocatesNodes {

    @Test
    void fromTheirFirstToTheirLastCharacter() throws PromqlException {
      String text = "sum by (a) (rate(m{x=\"y\"}[5m] offset 1m)) / 2";
      Expression.Binary binary = (Expression.Binary) parse(text);
      Expression.Aggregate sum = (Expression.Aggregate) binary.left();
      Expression.Call rate = (Expression.Call) sum.expression();
      assertThat(textOf(text, binary)).isEqualTo(text);
      assertThat(textOf(text, sum)).isEqualTo("sum by (a) (rate(m{x=\"y\"}[5m] offset 1m))");
      assertThat(textOf(text, rate)).isEqualTo("rate(m{x=\"y\"}[5m] offset 1m)");
      assertThat(textOf(text, rate.arguments().get(0))).isEqualTo("m{x=\"y\"}[5m] offset 1m");
      assertThat(textOf(text, binary.right())).isEqualTo("2");
    }

    private String textOf(String text, Expression expression) {
      return text.substring(expression.position().start(), expression.position().end());
    }
  }

  @Nested
  class LocatesFailures {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '~',
        value = {
          "m{a=b} | 4 | 5 | unexpected identifier \"b\" in label matching, expected string",
          "sum(m) by a | 10 | 11 | unexpected identifier \"a\" in grouping opts, expected \"(\"",
          "foo(m) | 0 | 3 | unknown function with name \"foo\"",
          "a + rate(b) | 9 | 10 | expected type range vector in call to function \"rate\","
              + " got instant vector",
          "1 > 2 | 2 | 3 | comparisons between scalars must use BOOL modifier",
          "a + info(b) | 4 | 8 | function \"info\" is not enabled",
          "a + limitk(1, b) | 4 | 16 | limitk() is experimental and must be enabled with"
              + " --enable-feature=promql-experimental-functions",
          "m[5m] anchored | 0 | 5 | anchored modifier is experimental and not enabled",
          "a + on(x) fill(0) b | 0 | 19 | binop fill modifiers are experimental and not enabled",
          "a $ b | 2 | 5 | unexpected character: '$'",
          "\"a\\q\" | 0 | 5 | unknown escape sequence U+0071 'q'",
          "\"abc | 0 | 4 | unterminated quoted string",
          "1abc | 0 | 4 | bad number or duration syntax: \"1\"",
          "m[5h1d] | 2 | 6 | not a valid duration string: \"5h1d\"",
          "sum(a,) | 5 | 6 | trailing commas not allowed in function call args",
          "a b | 2 | 3 | unexpected identifier \"b\"",
          "a and | 5 | 5 | unexpected end of input",
        })
    void atTheOffendingPart(String text, int start, int end, String message) {
      PromqlException failure = failure(text);
      assertThat(failure).hasMessage(message);
      assertThat(List.of(failure.startOffset(), failure.endOffset()))
          .isEqualTo(List.of(start, end));
    }

    @Test
    void inNothing() {
      assertThat(failure(" # nothing\n")).hasMessage("no expression found in input");
    }
  }

  @Nested
  class IsBounded {

    @ParameterizedTest
    @ValueSource(strings = {"(", "-", "sum(", "1+", "1^", "(1)+", "a or "})
    void inDepth(String part) {
      String deep = part.repeat(ExpressionParser.MAX_HEIGHT * 10);
      assertThat(failure(deep + "1")).hasMessageContaining("nested more than");
    }

    @Test
    void butNotBelowWhatPeopleWrite() throws PromqlException {
      assertThat(parse("a" + " + a".repeat(250))).isNotNull();
      assertThat(parse("(".repeat(100) + "a" + ")".repeat(100))).isNotNull();
    }

    @Test
    void inLength() {
      assertThat(failure("a".repeat(ExpressionParser.MAX_LENGTH + 1)))
          .hasMessageContaining("shorten it");
    }

    @Test
    void inMatchers() {
      String many = "a=\"b\",".repeat(SelectorParser.MAX_MATCHERS + 1);
      assertThat(failure("{" + many + "}")).hasMessageContaining("matchers; join some");
    }

    @Test
    void inListsOfLabels() {
      String many = "a,".repeat(MatchingParser.MAX_ITEMS + 1);
      assertThat(failure("sum by (" + many + "a) (m)")).hasMessageContaining("shorten it");
    }

    @Test
    void inRegularExpressions() {
      String pattern = "(a|b)".repeat(AnchoredRegex.MAX_LENGTH / 5 + 1);
      assertThat(failure("m{a=~\"" + pattern + "\"}")).hasMessageContaining("shorten it");
    }
  }
}
