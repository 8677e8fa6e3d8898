package dev.guanlan.local.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The command alerts")
final class AlertsCommandTest {

  private static final String ALERT =
      """
      {"labels":{"alertname":"Down"},"annotations":{},"state":"firing",
       "activeAt":"2026-11-28T10:00:00Z","value":"1e+00"}
      """;

  private final TestingCommand alerts = new TestingCommand(AlertsCommand::new);
  private HttpServer gateway;
  private String answer = "";

  @BeforeEach
  void start() throws IOException {
    gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gateway.createContext(
        "/api/v1/alerts",
        exchange -> {
          byte[] body = answer.getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    gateway.start();
  }

  @AfterEach
  void stop() {
    gateway.stop(0);
  }

  private void run(String... options) {
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.addAll(List.of("--gateway", "http://127.0.0.1:" + gateway.getAddress().getPort()));
    assertThat(alerts.run(arguments.toArray(String[]::new))).as(alerts.complaint()).isZero();
  }

  private static String answer(String rest) {
    return "{\"status\":\"success\",\"data\":{\"alerts\":[" + ALERT + "]" + rest + "}";
  }

  @Test
  @DisplayName("tells of the alerts that are left out, with JSON on standard error")
  void untold() throws Exception {
    answer = answer(",\"untoldAlerts\":4000}");
    String besides =
        "Besides, 4000 alerts of rules that have very many: see how many with ./guanlan rules"
            + " status\n";
    run();
    assertThat(alerts.printed()).endsWith(besides);
    assertThat(alerts.complaint()).isEmpty();
    run("--json");
    assertThat(new ObjectMapper().readTree(alerts.printed())).hasSize(1);
    assertThat(alerts.complaint()).isEqualTo("guanlan: " + besides);
  }

  @Test
  @DisplayName("passes on what the gateway warns of, beside what programs read")
  void warnings() throws Exception {
    answer = answer("},\"warnings\":[\"nothing was told since 10:00\"]");
    run();
    assertThat(alerts.complaint()).isEqualTo("guanlan: nothing was told since 10:00\n");
    run("--json");
    assertThat(new ObjectMapper().readTree(alerts.printed())).hasSize(1);
    assertThat(alerts.complaint()).isEqualTo("guanlan: nothing was told since 10:00\n");
  }

  @Test
  @DisplayName("says nothing besides if there is nothing to say")
  void nothing() {
    answer = answer("}");
    run("--json");
    assertThat(alerts.complaint()).isEmpty();
  }
}
