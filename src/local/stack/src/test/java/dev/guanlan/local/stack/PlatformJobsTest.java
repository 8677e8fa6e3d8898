package dev.guanlan.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.local.stack.fetch.Cache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The platform's jobs")
class PlatformJobsTest {

  @TempDir Path folder;

  private List<String> arguments(String job, String... options) throws IOException {
    Site site =
        new Site(
            Path.of(System.getProperty("guanlan.root")),
            folder,
            Cache.ofUser(),
            notice -> {
              throw new AssertionError(notice);
            });
    return PlatformJobs.of(
            site, StackPorts.usual(), Stream.of(options).map(JobOption::parse).toList())
        .stream()
        .filter(each -> each.name().equals(job))
        .findFirst()
        .orElseThrow()
        .arguments();
  }

  @Test
  void areToldWhereThingsAre() throws IOException {
    assertThat(arguments(PlatformJobs.INGEST))
        .containsExactly(
            "--kafka.bootstrap-servers=127.0.0.1:9092", "--clickhouse.url=http://127.0.0.1:8123");
    assertThat(arguments(PlatformJobs.TOPOLOGY))
        .containsExactly(
            "--kafka.bootstrap-servers=127.0.0.1:9092", "--neo4j.uri=bolt://127.0.0.1:7687");
    assertThat(arguments(PlatformJobs.ALERTING))
        .containsExactly(
            "--kafka.bootstrap-servers=127.0.0.1:9092",
            "--alertmanager.urls=http://127.0.0.1:9093",
            "--clickhouse.url=http://127.0.0.1:8123");
  }

  @Test
  void areEachGivenTheirOwnOptionsBehindThat() throws IOException {
    String[] options = {
      "alerting.rules.aligned=true",
      "ingest.watermark.lag=5s",
      "alerting.rules.external-labels=site:a=b,zone:1",
      "topology.source.start=latest",
      "alerting.rules.external-url="
    };
    assertThat(arguments(PlatformJobs.ALERTING, options))
        .hasSize(6)
        .endsWith(
            "--rules.aligned=true",
            "--rules.external-labels=site:a=b,zone:1",
            "--rules.external-url=");
    assertThat(arguments(PlatformJobs.INGEST, options)).hasSize(3).endsWith("--watermark.lag=5s");
    assertThat(arguments(PlatformJobs.TOPOLOGY, options))
        .hasSize(3)
        .endsWith("--source.start=latest");
  }

  @Test
  void goByAnOptionInsteadOfWhatTheStackWouldTellThem() throws IOException {
    assertThat(arguments(PlatformJobs.ALERTING, "alerting.alertmanager.urls=http://pager:9093"))
        .hasSize(3)
        .contains("--alertmanager.urls=http://pager:9093");
  }

  @Nested
  @DisplayName("have options")
  class Options {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "alerting",
          "rules",
          "alerting=true",
          "alerting.rules.aligned",
          "alerting.=true",
          "alerting.--rules.aligned=true",
          "alerting. rules.aligned=true",
          "alerting.rules..aligned=true"
        })
    void thatAreRefusedWithTheRightForm(String text) {
      assertThatThrownBy(() -> JobOption.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "'%s' is no option of a job; it has to be JOB.NAME=VALUE, such as alerting.rules.aligned=true",
              text);
    }

    @Test
    void thatAreRefusedIfThereIsNoSuchJob() {
      assertThatThrownBy(() -> JobOption.parse("rules.aligned=true"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "there is no job 'rules', as in 'rules.aligned=true'; JOB has to be ingest, topology or"
                  + " alerting in JOB.NAME=VALUE");
    }

    @Test
    void thatNeedNoJobWhereItIsClear() {
      assertThat(JobOption.parse("alerting", "rules.lookback=10m"))
          .isEqualTo(JobOption.parse("alerting.rules.lookback=10m"))
          .hasToString("alerting.rules.lookback=10m");
      assertThatThrownBy(() -> JobOption.parse("alerting", "rules.lookback"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "'rules.lookback' is no option of the job alerting; it has to be NAME=VALUE, such as"
                  + " rules.lookback=10m");
    }
  }
}
