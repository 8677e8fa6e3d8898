package dev.guanlan.local.command.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Steers the fleet through its control endpoint. */
final class FleetControl {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final URI address;

  FleetControl(int port) {
    address = URI.create("http://127.0.0.1:" + port);
  }

  /** Injects a fault; returns when it began, milliseconds since the epoch. */
  long inject(String service, String kind) throws IOException, InterruptedException {
    String query = "?service=" + encoded(service) + "&kind=" + encoded(kind);
    return send("POST", "/fault" + query).path("sinceMillis").asLong();
  }

  /** Ends the service's fault. */
  void heal(String service) throws IOException, InterruptedException {
    send("DELETE", "/fault?service=" + encoded(service));
  }

  private JsonNode send(String method, String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve(path))
            .timeout(TIMEOUT)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    JsonNode body = JSON.readTree(answer.body());
    if (answer.statusCode() != 200) {
      throw new IOException(
          "The fleet refused %s %s: %s"
              .formatted(method, path, body.path("error").asText("no reason given")));
    }
    return body;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
