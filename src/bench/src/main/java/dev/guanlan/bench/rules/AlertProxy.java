package dev.guanlan.bench.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.guanlan.local.stack.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Stands in front of Alertmanager: hands on what is posted, and when that was accepted tells of the
 * probes' alerts in it.
 */
final class AlertProxy implements AutoCloseable {

  static {
    // Without it an answer may wait 40 ms for the acknowledgement of its head.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI alertmanager;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private volatile @Nullable ProbeFeed probes;

  /** Begins to listen. */
  AlertProxy(URI alertmanager) throws IOException {
    this.alertmanager = alertmanager;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::pass);
    server.setExecutor(threads);
    server.start();
  }

  /** Returns host and port. */
  String address() {
    return Endpoint.HOST + ":" + server.getAddress().getPort();
  }

  /** Says who is to hear of probes from now on. */
  void tell(ProbeFeed feed) {
    probes = feed;
  }

  private void pass(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      HttpResponse<byte[]> answer =
          http.send(
              HttpRequest.newBuilder(alertmanager.resolve(exchange.getRequestURI().getPath()))
                  .header("Content-Type", "application/json")
                  .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body))
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() / 100 == 2) {
        tellOf(body);
      }
      exchange.sendResponseHeaders(
          answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
      exchange.getResponseBody().write(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tellOf(byte[] body) throws IOException {
    ProbeFeed feed = probes;
    if (feed == null) {
      return;
    }
    for (JsonNode alert : JSON.readTree(body)) {
      JsonNode number = alert.path("labels").path(ProbeFeed.NUMBER);
      if (!number.isMissingNode()) {
        feed.accepted(
            Integer.parseInt(number.asText()),
            Instant.parse(alert.path("startsAt").asText()).toEpochMilli());
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
