package dev.guanlan.e2e;

import dev.guanlan.codec.remotewrite.RemoteWriteEncoder;
import dev.guanlan.model.SampleBlock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Pushes to the gateway over HTTP, as an agent of one tenant does. */
final class PushClient {

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI gateway;
  private final String tenant;

  PushClient(URI gateway, String tenant) {
    this.gateway = gateway;
    this.tenant = tenant;
  }

  /**
   * Pushes samples by remote write 1.0, again and again until the gateway has acknowledged them.
   */
  void samples(SampleBlock block) throws IOException, InterruptedException {
    accepted(
        "/api/v1/write",
        "application/x-protobuf",
        "snappy",
        new RemoteWriteEncoder().encode(block));
  }

  /** Pushes an OTLP request, again and again until the gateway has acknowledged it. */
  void otlp(String path, byte[] body) throws IOException, InterruptedException {
    accepted(path, "application/x-protobuf", "identity", body);
  }

  private void accepted(String path, String type, String encoding, byte[] body)
      throws IOException, InterruptedException {
    // Agents repeat what was answered with 429 or 5xx, and nothing else.
    for (int attempt = 0; ; attempt++) {
      HttpResponse<String> answer = send(path, type, encoding, body);
      if (answer.statusCode() / 100 == 2) {
        return;
      }
      boolean again = answer.statusCode() == 429 || answer.statusCode() / 100 == 5;
      if (!again || attempt == 30) {
        throw new IOException(path + " answered " + answer.statusCode() + ": " + answer.body());
      }
      Thread.sleep(500);
    }
  }

  /** Sends anything once and returns the answer. */
  HttpResponse<String> send(String path, String type, String encoding, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.resolve(path))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", type)
            .header("X-Scope-OrgID", tenant)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (!encoding.equals("identity")) {
      request.header("Content-Encoding", encoding);
    }
    if (path.equals("/api/v1/write")) {
      request.header("X-Prometheus-Remote-Write-Version", "0.1.0");
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
