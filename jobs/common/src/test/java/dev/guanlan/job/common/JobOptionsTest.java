package dev.guanlan.job.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A job's options")
final class JobOptionsTest {

  private static final ConfigOption<String> URI =
      ConfigOptions.key("neo4j.uri")
          .stringType()
          .noDefaultValue()
          .withDescription("Where Neo4j is, as bolt://host:port.");
  private static final ConfigOption<String> PASSWORD_FILE =
      ConfigOptions.key("neo4j.password-file")
          .stringType()
          .noDefaultValue()
          .withDescription("File that holds the password.");
  private static final ConfigOption<List<String>> URLS =
      ConfigOptions.key("alertmanager.urls")
          .stringType()
          .asList()
          .defaultValues("http://127.0.0.1:9093")
          .withDescription("Alertmanagers.");

  private static JobOptions parse(String... args) {
    return JobOptions.parse("topology", args, URI, PASSWORD_FILE, URLS);
  }

  @Test
  @DisplayName("have defaults that name the job")
  void defaults() {
    JobOptions options = parse();

    assertThat(options.bootstrapServers()).isEqualTo("127.0.0.1:9092");
    assertThat(options.groupId()).isEqualTo("guanlan-topology");
    assertThat(options.transactionalIdPrefix("changes")).isEqualTo("guanlan-topology-changes");
    assertThat(options.get(JobOptions.WATERMARK_LAG)).isEqualTo(Duration.ofSeconds(2));
    assertThat(options.get(URLS)).containsExactly("http://127.0.0.1:9093");
  }

  @Test
  @DisplayName("are given as --key value or --key=value")
  void bothForms() {
    JobOptions options =
        parse(
            "--neo4j.uri",
            "bolt://db:7687",
            "--watermark.lag=500 ms",
            "--source.start",
            "latest",
            "--source.encodings",
            "mine:otlp_proto",
            "--alertmanager.urls",
            "http://a:1;http://b:2");

    assertThat(options.get(URI)).isEqualTo("bolt://db:7687");
    assertThat(options.get(JobOptions.WATERMARK_LAG)).isEqualTo(Duration.ofMillis(500));
    assertThat(options.get(JobOptions.SOURCE_START)).isEqualTo(JobOptions.Start.LATEST);
    assertThat(options.get(JobOptions.SOURCE_ENCODINGS)).containsEntry("mine", "otlp_proto");
    assertThat(options.get(URLS)).containsExactly("http://a:1", "http://b:2");
  }

  @Test
  @DisplayName("may have a value that begins with dashes")
  void dashedValue() {
    assertThat(parse("--neo4j.uri", "--odd").get(URI)).isEqualTo("--odd");
  }

  @Nested
  @DisplayName("stop the start")
  final class StopTheStart {

    @Test
    @DisplayName("when one is unknown, with the nearest right name")
    void unknown() {
      assertThatThrownBy(() -> parse("--kafka.bootstrap-server", "k:9092"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "the option \"--kafka.bootstrap-server\" is unknown; the nearest is"
                  + " --kafka.bootstrap-servers");
    }

    @Test
    @DisplayName("when a secret is given in plain sight, with the option for its file")
    void plainSecret() {
      assertThatThrownBy(() -> parse("--neo4j.password", "geheim"))
          .hasMessageContaining("--neo4j.password-file")
          .hasMessageNotContaining("geheim");
    }

    @Test
    @DisplayName("when one has no value")
    void noValue() {
      assertThatThrownBy(() -> parse("--neo4j.uri"))
          .hasMessage("the option --neo4j.uri has no value; give it as --neo4j.uri value");
    }

    @Test
    @DisplayName("when one is given twice")
    void twice() {
      assertThatThrownBy(() -> parse("--neo4j.uri", "a", "--neo4j.uri=b"))
          .hasMessageContaining("given twice");
    }

    @Test
    @DisplayName("when an argument is no option, escaped and cut")
    void noOption() {
      assertThatThrownBy(() -> parse("up\u001b[2J" + "x".repeat(1_000)))
          .hasMessageStartingWith("the argument \"up\\u001b[2Jxxx")
          .hasMessageContaining("…")
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(250));
    }

    @Test
    @DisplayName("when a value cannot be, with what it should be")
    void badValue() {
      assertThatThrownBy(() -> parse("--watermark.lags", "otlp_metrics:soon"))
          .hasMessageContaining("--watermark.lags names soon for the topic otlp_metrics");
      assertThat(parse("--watermark.lags", "otlp_metrics:10s,other:1m").watermarkLags())
          .containsOnly(
              Map.entry("otlp_metrics", Duration.ofSeconds(10)),
              Map.entry("other", Duration.ofMinutes(1)));
      assertThatThrownBy(() -> parse("--watermark.lag", "soon"))
          .hasMessageStartingWith("the option --watermark.lag cannot be \"soon\": How far");
      assertThatThrownBy(() -> parse("--source.start", "middle"))
          .hasMessageContaining("earliest, latest, or committed");
    }

    @Test
    @DisplayName("when a time is out of its range")
    void badRange() {
      assertThatThrownBy(() -> parse("--watermark.idle-timeout", "0 s"))
          .hasMessageContaining("More than 0");
    }

    @Test
    @DisplayName("when one that is needed is missing, with what it is for")
    void missing() {
      assertThatThrownBy(() -> parse().get(URI))
          .hasMessage(
              "the job topology needs the option --neo4j.uri: Where Neo4j is, as"
                  + " bolt://host:port.");
    }
  }

  @Nested
  @DisplayName("give secrets")
  final class Secrets {

    @TempDir Path folder;

    @Test
    @DisplayName("from the file that is named, without its line end")
    void fromFile() throws IOException {
      Path file = Files.writeString(folder.resolve("password"), "ge heim\n");

      assertThat(parse("--neo4j.password-file", file.toString()).secret(PASSWORD_FILE))
          .contains("ge heim");
    }

    @Test
    @DisplayName("as none when no file is named")
    void none() {
      assertThat(parse().secret(PASSWORD_FILE)).isEmpty();
    }

    @Test
    @DisplayName("or say which file cannot be read")
    void unreadable() {
      JobOptions options = parse("--neo4j.password-file", folder.resolve("no").toString());

      assertThatThrownBy(() -> options.secret(PASSWORD_FILE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("--neo4j.password-file")
          .hasMessageContaining("check that it is there");
    }
  }
}
