package dev.guanlan.bench.send;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Posts requests, each until it is acknowledged. Safe for use from any thread. */
public final class HttpSender implements Sender {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final int MOST_TRIES = 600;
  private static final int MOST_OF_AN_ANSWER = 300;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final URI url;
  private final Signal signal;

  /** Makes a sender that posts to {@code url}. */
  public HttpSender(URI url, Signal signal) {
    this.url = url;
    this.signal = signal;
  }

  /** Posts a request; returns when it is acknowledged. */
  @Override
  public void send(int sender, byte[] body) throws IOException, InterruptedException {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(url)
            .timeout(TIMEOUT)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    signal.headers().forEach(builder::header);
    HttpRequest request = builder.build();
    for (int tries = 1; ; tries++) {
      HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() / 100 == 2) {
        return;
      }
      boolean later = response.statusCode() == 429 || response.statusCode() == 503;
      if (!later || tries == MOST_TRIES) {
        String answer = new String(response.body(), StandardCharsets.UTF_8);
        throw new IOException(
            "%s answered %d: %s"
                .formatted(
                    url,
                    response.statusCode(),
                    answer.substring(0, Math.min(answer.length(), MOST_OF_AN_ANSWER))));
      }
      Thread.sleep(PAUSE.toMillis());
    }
  }

  @Override
  public void flush() {
    // Each request is acknowledged when it was sent.
  }

  @Override
  public void close() {
    // The client's threads end with it.
  }
}
