package dev.guanlan.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.local.command.run.RunFolder;
import dev.guanlan.local.command.run.RunRecord;
import dev.guanlan.local.stack.JobOption;
import dev.guanlan.local.stack.StackPorts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.OptionSpec;

class UpCommandTest {

  @TempDir Path data;

  private final TestingCommand up =
      new TestingCommand(terminal -> new UpCommand(terminal, Clock.systemUTC()));

  @Nested
  class Job_options {

    @Test
    void are_in_the_help() {
      assertThat(Guanlan.commandLine().getSubcommands().get("up").getUsageMessage())
          .contains("--job-option=JOB.NAME=VALUE")
          .contains("alerting.rules.aligned=true");
    }

    @Test
    void are_misuse_where_the_job_is_unknown() {
      assertThat(up.run("--data", data.toString(), "--job-option", "alertng.rules.aligned=true"))
          .isEqualTo(2);
      assertThat(up.complaint())
          .contains("--job-option")
          .contains(
              "there is no job 'alertng', as in 'alertng.rules.aligned=true'; JOB has to be ingest,"
                  + " topology or alerting in JOB.NAME=VALUE");
    }

    @Test
    void are_misuse_where_they_are_malformed() {
      for (String wrong : List.of("alerting", "alerting.rules.aligned", "alerting=true")) {
        assertThat(up.run("--data", data.toString(), "--job-option", wrong)).isEqualTo(2);
        assertThat(up.complaint())
            .contains("'" + wrong + "' is no option of a job; it has to be JOB.NAME=VALUE");
      }
    }

    @Test
    void are_misuse_where_one_comes_twice() {
      assertThat(
              up.run(
                  "--data",
                  data.toString(),
                  "--job-option=ingest.watermark.lag=1s",
                  "--job-option=alerting.watermark.lag=1s",
                  "--job-option=ingest.watermark.lag=2s"))
          .isEqualTo(2);
      assertThat(up.complaint())
          .contains("--job-option gives the job ingest the option watermark.lag twice");
      assertThat(data).isEmptyDirectory();
    }

    @Test
    void come_too_late_for_a_stack_that_runs() throws IOException {
      try (RunFolder.Claim claim =
          new RunFolder(data).claim(RunRecord.ofThisProcess("up", 0, StackPorts.usual()))) {
        assertThat(claim).isNotNull();
        assertThat(up.run("--data", data.toString())).isZero();
        assertThat(up.run("--data", data.toString(), "--job-option=alerting.rules.aligned=true"))
            .isEqualTo(1);
        assertThat(up.printed()).contains("Guanlan already runs");
        assertThat(up.complaint()).contains("--job-option comes too late").contains("guanlan down");
      }
    }

    @Test
    void reach_the_supervisor_as_they_were_given() {
      List<JobOption> options =
          Stream.of(
                  "alerting.rules.external-labels=site:a=b,zone:\"1 2\"",
                  "ingest.watermark.lag=5s",
                  "alerting.rules.external-url=")
              .map(JobOption::parse)
              .toList();
      List<String> arguments = Detached.arguments(data, 0, List.of(Path.of("/r.yml")), options);
      OptionSpec parsed =
          Guanlan.commandLine()
              .parseArgs(arguments.toArray(String[]::new))
              .subcommand()
              .matchedOption(JobOptionsMixin.NAME);
      assertThat(parsed.<List<JobOption>>getValue()).isEqualTo(options);
    }
  }
}
