package dev.guanlan.local.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class RulesBacktestCommandTest {

  @TempDir Path folder;

  /** Returns what the process would be told from 1 to 2 milliseconds. */
  private static Map<String, String> options(String... arguments) {
    List<String> words =
        new ArrayList<>(List.of("rules", "backtest", "rules/my.yml", "--from=-1h"));
    words.addAll(List.of(arguments));
    RulesBacktestCommand command =
        (RulesBacktestCommand)
            Guanlan.commandLine()
                .parseArgs(words.toArray(String[]::new))
                .subcommand()
                .subcommand()
                .commandSpec()
                .userObject();
    return command.options(1, 2);
  }

  @Test
  void leaves_the_job_its_defaults_where_nothing_is_said() {
    assertThat(options("--clickhouse=http://db:8123"))
        .containsOnly(
            Map.entry("backtest.namespace", "my.yml"),
            Map.entry("backtest.tenant", "anonymous"),
            Map.entry("backtest.from", "1"),
            Map.entry("backtest.to", "2"),
            Map.entry("rules.status-alerts", "1"),
            Map.entry("rules.status-interval", "1s"),
            Map.entry("clickhouse.url", "http://db:8123"),
            Map.entry("clickhouse.database", "guanlan"),
            Map.entry("clickhouse.user", "default"));
  }

  @Test
  void ticks_as_groups_of_the_namespace_do() {
    assertThat(options("--namespace", "team/a")).containsEntry("backtest.namespace", "team/a");
  }

  @Test
  void hands_options_of_the_job_on() {
    assertThat(
            options(
                "--aligned",
                "--job-option=rules.limit-keeps-first=true",
                "--job-option=rules.external-labels=site:a=b,zone:1",
                "--job-option=backtest.slice=1h"))
        .containsEntry("rules.aligned", "true")
        .containsEntry("rules.limit-keeps-first", "true")
        .containsEntry("rules.external-labels", "site:a=b,zone:1")
        .containsEntry("backtest.slice", "1h");
    assertThat(options("--job-option=rules.aligned=true")).containsEntry("rules.aligned", "true");
  }

  @Test
  void refuses_options_that_it_gives_by_itself_or_was_given_before() {
    for (String own :
        List.of("backtest.rules", "backtest.output", "backtest.tenant", "clickhouse.url")) {
      assertThatThrownBy(() -> options("--job-option=" + own + "=x"))
          .isInstanceOf(ParameterException.class)
          .hasMessageStartingWith("--job-option cannot give " + own + ", which the command gives");
    }
    assertThatThrownBy(() -> options("--aligned", "--job-option=rules.aligned=false"))
        .isInstanceOf(ParameterException.class);
    assertThatThrownBy(
            () -> options("--job-option=rules.lookback=1m", "--job-option=rules.lookback=2m"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("rules.lookback twice");
  }

  @Test
  void is_misused_with_what_is_no_option() {
    TestingCommand rules = new TestingCommand(RulesCommand::new);
    assertThat(rules.run("backtest", "my.yml", "--from=-1h", "--job-option=rules.aligned"))
        .isEqualTo(2);
    assertThat(rules.complaint())
        .contains("--job-option")
        .contains("'rules.aligned' is no option of the job alerting; it has to be NAME=VALUE");
    assertThat(
            rules.run("backtest", "my.yml", "--from=-1h", "--job-option=clickhouse.user=somebody"))
        .isEqualTo(2);
    assertThat(rules.complaint()).contains("--job-option cannot give clickhouse.user");
  }

  @Test
  void tells_in_its_help_how_options_are_given() {
    CommandLine rules = Guanlan.commandLine().getSubcommands().get("rules");
    assertThat(rules.getSubcommands().get("backtest").getUsageMessage())
        .contains("--job-option=NAME=VALUE", "--namespace=NAME");
  }

  @Test
  void finds_in_the_log_why_an_option_was_refused() throws IOException {
    Path log = folder.resolve("backtest.log");
    Files.writeString(
        log,
        """
        WARNING: something else
        Exception in thread "main" java.lang.IllegalArgumentException: the option "--a" is unknown: b
        \tat dev.guanlan.job.common.CommandLine.read(CommandLine.java:30)
        """);
    assertThat(RulesBacktestCommand.uncaught(log)).contains("the option \"--a\" is unknown: b");
    Files.writeString(log, "killed\n");
    assertThat(RulesBacktestCommand.uncaught(log)).isEmpty();
  }
}
