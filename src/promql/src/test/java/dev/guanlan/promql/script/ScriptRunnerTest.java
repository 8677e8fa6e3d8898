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

  private static Outcome.Kind kind(String eval) {
    return run(eval).kind();
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
              + "  {i=\"2\"} 0.033333333",
          "eval instant at 0 h\n  h {{schema:0 count:1 sum:1 buckets:[1]}}",
          "eval instant at 0 h\n  h {{count:1 sum:1.0000001 buckets:[0 1 0] offset:-1}}",
          "eval range from 0 to 2m step 1m h\n  h {{count:1 sum:1 buckets:[1]}}x2"
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
          // Histograms that differ in one part, or stand for a number or nothing.
          "eval instant at 0 h\n  h {{schema:1 count:1 sum:1 buckets:[1]}}",
          "eval instant at 0 h\n  h {{count:2 sum:1 buckets:[1]}}",
          "eval instant at 0 h\n  h {{count:1 sum:2 buckets:[1]}}",
          "eval instant at 0 h\n  h {{count:1 sum:1 buckets:[2]}}",
          "eval instant at 0 h\n  h {{count:1 sum:1 buckets:[1 1]}}",
          "eval instant at 0 h\n  h {{count:1 sum:1 buckets:[1] offset:1}}",
          "eval instant at 0 h\n  h {{count:1 sum:1 buckets:[1] n_buckets:[1]}}",
          "eval instant at 0 h\n  h {{count:1 sum:1 buckets:[1] z_bucket:1}}",
          "eval instant at 0 h\n  h {{count:1 sum:1 buckets:[1] z_bucket_w:1}}",
          "eval instant at 0 h\n  h {{count:1 sum:1 buckets:[1] custom_values:[1]}}",
          "eval instant at 0 h\n  h {{count:1 sum:1 buckets:[1] counter_reset_hint:gauge}}",
          "eval instant at 0 h\n  h 1",
          "eval instant at 0 h\n  h NaN",
          "eval instant at 0 m{i=\"1\"}\n  m{i=\"1\"} {{count:1}}",
          "eval range from 0 to 2m step 1m h\n  h {{count:1 sum:1 buckets:[1]}}x1",
          "eval range from 0 to 1m step 1m h\n  h {{count:1 sum:1 buckets:[1]}}x2",
          "eval range from 0 to 1m step 1m h\n  h {{count:1 sum:1 buckets:[1]}} 1",
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
    void notWhatPassesNevertheless() {
      assertThat(run("eval instant at 2m m{i=\"1\"}\n  m{i=\"1\"} 3").kind())
          .isEqualTo(Outcome.Kind.PASSED);
    }
  }

  @Test
  void refusesLinesThatAreNoCommands() {
    assertThatThrownBy(() -> ScriptRunner.run("\nevaluate m", EngineOptions.DEFAULTS))
        .hasMessage("line 2: \"evaluate m\" is no command");
  }
}
