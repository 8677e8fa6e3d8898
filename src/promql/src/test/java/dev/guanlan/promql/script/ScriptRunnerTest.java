package dev.guanlan.promql.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.promql.engine.EngineOptions;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
          "eval_fail instant at 2m m +",
          "eval_fail instant at 2m m +\n  expected_fail_message unexpected end of input",
          "eval_fail instant at 2m m +\n  expected_fail_regexp end of",
          "eval_ordered instant at 2m topk(2, m)\n  m{i=\"2\"} 8\n  m{i=\"1\"} 3",
          "eval_info instant at 2m count(rate(m[2m]))\n  {} 2",
          "eval instant at 2m \"a\"\n  expect string `a`",
          "eval instant at 0 m[1m]\n  expect range vector from 1m to 2m step 1m\n"
              + "  m{i=\"1\"} _ 3\n  m{i=\"2\"} _ 8",
          "eval range from 0 to 2m step 1m sum(m)\n  {} 5 8 11",
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
          "eval instant at 2m \"a\"\n  m 1",
          "eval instant at 2m m[1m]\n  m{i=\"1\"} 3\n  m{i=\"2\"} 8",
          "eval instant at 2m m\n  expect range vector from 1m to 2m step 1m\n"
              + "  m{i=\"1\"} _ 3\n  m{i=\"2\"} _ 8",
          "eval range from 0 to 2m step 1m 1\n  1",
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "evaluate m | \"evaluate m\" is no command",
        "eval instant at now m | not a valid duration string: \"now\"",
        "eval instant at 1m m;m 1 2 | there are several values for {__name__=\"m\"} at one time; say"
            + " \"expect range vector\" above them",
        "eval instant at 1m m;expect warn;expect no_warn | \"expect no_warn\" contradicts another"
            + " line; expect remarks or none",
        "eval_fail instant at 1m m;expect fail | there is more than one \"expect fail\"; leave one",
        "eval instant at 1m m;expect surprise | \"expect surprise\" expects nothing that is known",
        "eval instant at 1m m;expect string x | x is no quoted string",
        "eval instant at 1m m;m one | \"m one\" is no series: unexpected identifier \"one\" in series"
            + " values, expected number or \"stale\"",
        "load 1m;m one | 3:3: parse error: unexpected identifier \"one\" in series values, expected"
            + " number or \"stale\""
      })
  void refuses(String lines, String message) {
    String script = "\n" + lines.replace(';', '\n');
    assertThatThrownBy(() -> ScriptRunner.run(script, EngineOptions.DEFAULTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("line 2: " + message);
  }
}
