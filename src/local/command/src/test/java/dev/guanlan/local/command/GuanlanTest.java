package dev.guanlan.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class GuanlanTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine line =
      Guanlan.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

  @Test
  void help_names_every_command_but_the_hidden_one() {
    assertThat(line.execute("help")).isZero();
    assertThat(out.toString())
        .contains("up", "down", "status", "demo", "logs", "alerts", "rules", "store")
        .doesNotContain("supervise");
  }

  @Test
  void every_command_and_option_is_described() {
    for (CommandLine command : line.getSubcommands().values()) {
      assertThat(command.getCommandSpec().usageMessage().description())
          .as(command.getCommandName())
          .isNotEmpty();
      command
          .getCommandSpec()
          .options()
          .forEach(
              option ->
                  assertThat(option.description())
                      .as("%s %s", command.getCommandName(), option.longestName())
                      .isNotEmpty());
    }
  }

  @Test
  void a_misspelt_command_is_answered_with_the_nearest() {
    assertThat(line.execute("staus")).isEqualTo(2);
    assertThat(err.toString()).contains("staus").contains("guanlan status");
  }

  @Test
  void an_unknown_option_says_where_help_is() {
    assertThat(line.execute("up", "--frobnicate")).isEqualTo(2);
    assertThat(err.toString()).contains("--frobnicate");
  }

  @Test
  void a_problem_is_told_in_a_sentence_without_a_stack() {
    assertThat(line.execute("rules", "check", "/nowhere/rules.yaml")).isEqualTo(1);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines("guanlan: There is no file /nowhere/rules.yaml; check the path");
  }
}
