package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.guanlan.model.Labels;
import dev.guanlan.rules.EvaluationSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The options of the alerting job")
final class AlertingOptionsTest {

  @Test
  @DisplayName("are all in its page")
  void areDocumented() throws IOException {
    String page = Files.readString(Path.of("README.md"));
    for (ConfigOption<?> option : AlertingSettings.options()) {
      assertThat(page).contains("| `" + option.key() + "` |");
    }
  }

  @Test
  @DisplayName("say where Alertmanagers are")
  void peers() {
    assertThat(
            AlertmanagerOptions.sink(
                AlertingJob.options(
                    "--alertmanager.urls", "http://a:1, dns+http://b:2/p,dnssrv+_web._tcp.c")))
        .hasToString("Alertmanager [http://a:1, dns+http://b:2/p, dnssrv+http://_web._tcp.c]");
    assertThat(AlertmanagerOptions.sink(AlertingJob.options("--alertmanager.urls", "")))
        .hasToString("Alertmanager []");
  }

  @ParameterizedTest
  @CsvSource({
    "--alertmanager.urls, h:9093, write it as http://host:port",
    "--alertmanager.batch-size, 0, the batch size must be at least 1",
    "--alertmanager.queue-capacity, 0, the queue capacity must be at least 1",
    "--alertmanager.request-timeout, 0 s, the request timeout must be from 1 ms",
    "--alertmanager.refresh-interval, 2 h, the refresh interval must be from 1 ms to 1 h",
    "--alertmanager.user, me, belong together",
    "--alertmanager.password-file, /f, belong together",
  })
  @DisplayName("stop the start when Alertmanager cannot be told so")
  void refused(String option, String value, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AlertmanagerOptions.sink(AlertingJob.options(option, value)))
        .withMessageContaining(message);
  }

  @Test
  @DisplayName("stop the start when a password and a token are given")
  void twoCredentials() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                AlertmanagerOptions.sink(
                    AlertingJob.options(
                        "--alertmanager.user", "me",
                        "--alertmanager.password-file", "/f",
                        "--alertmanager.token-file", "/g")))
        .withMessageContaining("give one of them");
  }

  @ParameterizedTest
  @CsvSource({"--rules.query-timeout, 0 s", "--rules.max-alerts, 0"})
  @DisplayName("stop the start when they let rules do nothing")
  void nothing(String option, String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AlertingSettings.of(AlertingJob.options(option, value)))
        .withMessageContaining(option);
  }

  @Test
  @DisplayName("bound what a rule may cost, unless they say otherwise")
  void bounds() {
    AlertingSettings defaults = AlertingSettings.of(AlertingJob.options());
    assertThat(defaults.queryTimeoutMillis()).isEqualTo(30_000);
    assertThat(defaults.evaluation("anonymous").maxAlerts()).isEqualTo(50_000);
    assertThat(defaults.evaluation("anonymous").maxCharacters())
        .isEqualTo(AlertingSettings.MAX_ALERT_CHARACTERS);
    AlertingSettings others =
        AlertingSettings.of(
            AlertingJob.options("--rules.query-timeout", "2 min", "--rules.max-alerts", "7"));
    assertThat(others.forBacktest().queryTimeoutMillis()).isEqualTo(120_000);
    assertThat(others.forBacktest().evaluation("anonymous").textTimeoutMillis()).isEqualTo(120_000);
    assertThat(others.forBacktest().evaluation("anonymous").maxAlerts()).isEqualTo(7);
  }

  @Test
  @DisplayName("say when a version takes over, also where no history is read")
  void takeOver() {
    assertThat(BootstrapOptions.of(AlertingJob.options()).takeOver())
        .isEqualTo(new TakeOver(0, 60_000));
    assertThat(
            BootstrapOptions.of(AlertingJob.options("--clickhouse.url", "http://c:8123"))
                .takeOver())
        .isEqualTo(new TakeOver(10_000, 610_000));
  }

  @Test
  @DisplayName("say which label tells tenants apart")
  void tenantLabel() {
    assertThat(evaluation("shop").tenantLabels()).isEqualTo(Labels.of("tenant", "shop"));
    assertThat(evaluation("anonymous").tenantLabels()).isEqualTo(Labels.EMPTY);
    assertThat(evaluation("shop", "--alertmanager.tenant-label", "team").tenantLabels())
        .isEqualTo(Labels.of("team", "shop"));
    assertThat(evaluation("shop", "--alertmanager.tenant-label", "").tenantLabels())
        .isEqualTo(Labels.EMPTY);
    for (String wrong : List.of("a-b", "alertname")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> evaluation("shop", "--alertmanager.tenant-label", wrong))
          .withMessageContaining("--alertmanager.tenant-label cannot be \"" + wrong + "\"");
    }
  }

  private static EvaluationSettings evaluation(String tenant, String... options) {
    return AlertingSettings.of(AlertingJob.options(options)).evaluation(tenant);
  }

  @Test
  @DisplayName("stop the start when they are unknown or out of their range")
  void outOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> AlertingSettings.of(AlertingJob.options("--alertmanager.resend-delay", "0 s")))
        .withMessageContaining("--alertmanager.resend-delay");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AlertingJob.options("--alertmanager.url", "x"))
        .withMessageContaining("--alertmanager.urls");
  }
}
