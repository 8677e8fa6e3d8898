package dev.guanlan.promql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The prettier")
class PrettierTest {

  private static String pretty(String text) throws PromqlException {
    return Prettier.format(Parser.parse(text, ParserOptions.ALL));
  }

  @Test
  void keepsWhatFitsInALine() throws PromqlException {
    assertThat(pretty("sum  by(job)(rate(m{a='1'}[5m]))>1h"))
        .isEqualTo("sum by (job) (rate(m{a=\"1\"}[5m])) > 1h");
  }

  @Test
  void splitsAtOperatorsAndParentheses() throws PromqlException {
    assertThat(
            pretty(
                "sum by (instance, job) (rate(http_request_duration_seconds_count{code=~'5..'}[5m]))"
                    + " / on (instance, job) group_left (team)"
                    + " (topk(5, sum by (instance, job, team) (rate(http_requests_total{a='bbbbbbbbbb',"
                    + " c='ddddddddddd'}[5m]))) or vector(0))"))
        .isEqualTo(
            """
              sum by (instance, job) (rate(http_request_duration_seconds_count{code=~"5.."}[5m]))
            / on (instance, job) group_left (team)
              (
                  topk(
                    5,
                    sum by (instance, job, team) (rate(http_requests_total{a="bbbbbbbbbb",c="ddddddddddd"}[5m]))
                  )
                or
                  vector(0)
              )"""
                .stripIndent());
  }

  @Test
  void splitsInsideSignsAndSubqueries() throws PromqlException {
    String name = "a".repeat(60);
    assertThat(
            pretty("-max_over_time((" + name + " + on (x) " + name + ")[1h:step()] offset (5m))"))
        .isEqualTo(
            """
            -max_over_time(
              (
                  %1$s
                + on (x)
                  %1$s
              )[1h:step()] offset 5m
            )"""
                .formatted(name));
  }

  @Test
  void putsSignsBeforeWhatTheyBelongTo() throws PromqlException {
    String name = "b".repeat(70);
    assertThat(pretty("sum(-" + name + " ^ " + name + ")"))
        .isEqualTo("sum(\n  -%1$s\n  ^\n    %1$s\n)".formatted(name));
  }

  @Test
  void measuresLinesInBytes() throws PromqlException {
    String value = "\u5e84".repeat(30);
    assertThat(pretty("(m{a=\"" + value + "\"})")).hasLineCount(1);
    assertThat(pretty("(m{a=\"" + value + "\u5e84\"})")).hasLineCount(3);
  }

  @Test
  void keepsOperatorsOutOfOffsets() throws PromqlException {
    String text = "a".repeat(60) + " offset (step() + 5m)";
    Expression difference = Parser.parse("(" + text + ") - " + text, ParserOptions.ALL);
    Expression.Binary binary = (Expression.Binary) difference;
    Expression bare =
        new Expression.Binary(
            binary.operator(),
            false,
            ((Expression.Parentheses) binary.left()).inner(),
            binary.right(),
            binary.matching(),
            Position.NONE);
    String pretty = Prettier.format(bare);
    assertThat(pretty).contains("offset +(step() + 5m)\n- \n".replace("- \n", "-\n"));
    assertThat(Stripped.of(Parser.parse(pretty, ParserOptions.ALL), false))
        .isEqualTo(Stripped.of(bare, false));
  }
}
