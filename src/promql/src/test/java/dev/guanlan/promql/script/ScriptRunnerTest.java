package dev.guanlan.promql.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.promql.engine.EngineOptions;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The runner of scripts")
class ScriptRunnerTest {

  private static final String LOAD =
      """
      load 1m
        m{i="1"} 1 2 3
        m{i="2"} 4+2x2
        h {{schema:0 count:1 sum:1 buckets:[1]}}

      """;

  private static Outcome run(String eval) {
    List<Outcome> outcomes = ScriptRunner.run(LOAD + eval, EngineOptions.DEFAULTS);
    assertThat(outcomes).hasSize(1);
    return outcomes.get(0);
  }

  /** Runs without what cannot be loaded, so that a difference counts. */
  private static Outcome.Kind kind(String eval) {
    String floats = LOAD.replaceAll("(?m)^ *h .*\\R", "");
    return ScriptRunner.run(floats + eval, EngineOptions.DEFAULTS).get(0).kind();
  }

  @Nested
  class Passes {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "eval instant at 2m m\n  m{i=\"2\"} 8\n  m{i=\"1\"} 3",
          "eval range from 0 to 2m step 1m m\n  m{i=\"1\"} 1 2 3\n  m{i=\"2\"} 4 6 8",
          "eval instant at 2m m +\n  expect fail",
          "eval instant at 2m m +\n  expect fail msg: unexpected end of input",
          "eval instant at 2m m +\n  expect fail regex: end of",
          "eval instant at 2m 1 + 1\n  2",
          "eval instant at 2m rate(m[2m])\n  expect info\n  {i=\"1\"} 0.016666666\n"
              + "  {i=\"2\"} 0.033333333"
        })
    void whenAllIsAsExpected(String eval) {
      assertThat(kind(eval)).isEqualTo(Outcome.Kind.PASSED);
    }
  }

  @Nested
  class Fails {

    @ParameterizedTest
    @ValueSource(
        strings = {
          // A wrong value, a missing series, one too many, wrong labels.
          "eval instant at 2m m\n  m{i=\"2\"} 8.001\n  m{i=\"1\"} 3",
          "eval instant at 2m m\n  m{i=\"2\"} 8",
          "eval instant at 2m m\n  m{i=\"1\"} 3\n  m{i=\"2\"} 8\n  m{i=\"3\"} 8",
          "eval instant at 2m m\n  m{i=\"1\"} 3\n  {i=\"2\"} 8",
          // The same over a range; a point too few or too many.
          "eval range from 0 to 2m step 1m m{i=\"1\"}\n  m{i=\"1\"} 1 2 4",
          "eval range from 0 to 2m step 1m m{i=\"1\"}\n  m{i=\"1\"} 1 2",
          "eval range from 0 to 2m step 1m m{i=\"1\"}\n  m{i=\"1\"} 1 2 3 4",
          "eval range from 0 to 2m step 1m m\n  m{i=\"1\"} 1 2 3",
          "eval range from 0 to 2m step 1m m{i=\"1\"}",
          // Wrong kinds and orders.
          "eval instant at 2m 1 + 1\n  3",
          "eval instant at 2m m{i=\"1\"}\n  3",
          "eval instant at 2m \"a\"\n  expect string \"b\"",
          "eval instant at 2m topk(2, m)\n  expect ordered\n  m{i=\"1\"} 3\n  m{i=\"2\"} 8",
          // Failures that do not come, come unexpectedly or say something else.
          "eval instant at 2m m\n  expect fail",
          "eval instant at 2m m +",
          "eval instant at 2m m +\n  expect fail msg: something else",
          "eval instant at 2m m +\n  expect fail regex: ^end",
          // Remarks likewise.
          "eval instant at 2m m{i=\"1\"}\n  expect warn\n  m{i=\"1\"} 3",
          "eval instant at 2m rate(m{i=\"1\"}[2m])\n  expect no_info\n  {i=\"1\"} 0.01666666",
          "eval instant at 2m rate(m{i=\"1\"}[2m])\n  expect info msg: x\n  {i=\"1\"} 0.0166666"
        })
    void whenAnythingIsNotAsExpected(String eval) {
      assertThat(kind(eval)).isEqualTo(Outcome.Kind.FAILED);
    }
  }

  @Nested
  class CallsUnsupported {

    @Test
    void whatTheParserRefusesAsSuch() {
      assertThat(run("eval instant at 2m info(m)").kind()).isEqualTo(Outcome.Kind.UNSUPPORTED);
    }

    @Test
    void aDifferenceWhereHistogramsCouldNotBeLoaded() {
      assertThat(run("eval instant at 2m count(h)\n  {} 1").kind())
          .isEqualTo(Outcome.Kind.UNSUPPORTED);
    }

    @Test
    void notWhatPassesNevertheless() {
      assertThat(run("eval instant at 2m m{i=\"1\"}\n  m{i=\"1\"} 3").kind())
          .isEqualTo(Outcome.Kind.PASSED);
    }
  }

  @Nested
  class ReadsValues {

    private List<Double> values(String values) {
      return SeriesLine.parse("m " + values).values();
    }

    @Test
    void inAllTheirForms() {
      assertThat(values("1 -2.5 1e3 +Inf NaN"))
          .containsExactly(1d, -2.5, 1000d, Double.POSITIVE_INFINITY, Double.NaN);
      assertThat(values("1+2x3")).containsExactly(1d, 3d, 5d, 7d);
      assertThat(values("1-2x2")).containsExactly(1d, -1d, -3d);
      assertThat(values("-1-1x1")).containsExactly(-1d, -2d);
      assertThat(values("4x2")).containsExactly(4d, 4d, 4d);
      assertThat(values("1 _ 2 _x2 3")).containsExactly(1d, null, 2d, null, null, 3d);
    }

    @Test
    void andRefusesOthers() {
      assertThatThrownBy(() -> values("1 two"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("\"two\"");
    }
  }

  @Test
  void refusesLinesThatAreNoCommands() {
    assertThatThrownBy(() -> ScriptRunner.run("\nevaluate m", EngineOptions.DEFAULTS))
        .hasMessage("line 2: \"evaluate m\" is no command");
  }
}
