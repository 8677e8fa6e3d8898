package dev.guanlan.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("An Alertmanager for tests")
class AlertmanagerExtensionITCase {

  @RegisterExtension static final AlertmanagerExtension ALERTMANAGER = new AlertmanagerExtension();

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void showsTheAlertsThatItWasSent() throws Exception {
    String mark = UUID.randomUUID().toString();
    post("/api/v2/alerts", "[{\"labels\":{\"alertname\":\"Probe\",\"mark\":\"%s\"}}]", mark);

    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(() -> assertThat(get("/api/v2/alerts")).contains(mark));
  }

  @Test
  void keepsSilencesThroughAStop() throws Exception {
    String mark = UUID.randomUUID().toString();
    post(
        "/api/v2/silences",
        """
        {"matchers":[{"name":"mark","value":"%s","isRegex":false}],"startsAt":"2020-01-01T00:00:00Z",
         "endsAt":"2099-01-01T00:00:00Z","createdBy":"test","comment":"test"}
        """,
        mark);
    ALERTMANAGER.stop();
    ALERTMANAGER.start();

    assertThat(get("/api/v2/silences")).contains(mark);
  }

  private void post(String path, String body, String mark) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(ALERTMANAGER.url() + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.replace("%s", mark)))
            .build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }

  private String get(String path) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(ALERTMANAGER.url() + path)).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }
}
