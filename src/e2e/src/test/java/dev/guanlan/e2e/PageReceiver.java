package dev.guanlan.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Is whom Alertmanager pages: takes its webhooks and keeps them. */
final class PageReceiver implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final List<Page> pages = new CopyOnWriteArrayList<>();

  /**
   * Is one alert of a notification.
   *
   * @param labels the alert's
   * @param status {@code firing} or {@code resolved}
   * @param startsAtMillis when it began to fire, in milliseconds since the epoch
   */
  record Page(Map<String, String> labels, String status, long startsAtMillis) {}

  PageReceiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    } catch (IOException e) {
      throw new UncheckedIOException("No port is free for pages.", e);
    }
    server.createContext("/", this::take);
    server.start();
  }

  /** Returns a configuration of Alertmanager that pages each alert by itself, and at once. */
  String configuration() {
    return """
    route:
      receiver: pages
      group_by: ['...']
      group_wait: 100ms
      group_interval: 1s
      repeat_interval: 24h
    receivers:
      - name: pages
        webhook_configs:
          - url: http://127.0.0.1:%d/
            send_resolved: true
    """
        .formatted(server.getAddress().getPort());
  }

  /** Returns all pages so far, in the order in which they came. */
  List<Page> pages() {
    return List.copyOf(pages);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      for (JsonNode alert :
          JSON.readTree(exchange.getRequestBody().readAllBytes()).path("alerts")) {
        pages.add(
            new Page(
                labels(alert),
                alert.path("status").asText(),
                Instant.parse(alert.path("startsAt").asText()).toEpochMilli()));
      }
      exchange.sendResponseHeaders(200, -1);
    }
  }

  /** Returns the labels of an alert as Alertmanager writes it. */
  static Map<String, String> labels(JsonNode alert) {
    Map<String, String> labels = new TreeMap<>();
    alert.path("labels").forEachEntry((name, value) -> labels.put(name, value.asText()));
    return labels;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
