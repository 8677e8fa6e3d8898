package dev.guanlan.local.fleet;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Lets others steer the fleet, on loopback.
 *
 * <ul>
 *   <li>{@code GET /ready}: 200 when every service serves
 *   <li>{@code GET /describe}: the services and who calls whom
 *   <li>{@code GET /status}: requests so far, and the faults in force
 *   <li>{@code POST /fault?service=payment&kind=errors&seconds=60}: injects a fault; without
 *       seconds it stays
 *   <li>{@code DELETE /fault?service=payment}: ends it
 * </ul>
 */
final class ControlServer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread started = new Thread(task, "control");
            started.setDaemon(true);
            return started;
          });
  private final ServiceGraph graph;
  private final String cluster;
  private final FaultPlan faults;
  private final LoadGenerator load;

  ControlServer(int port, ServiceGraph graph, String cluster, FaultPlan faults, LoadGenerator load)
      throws IOException {
    this.graph = graph;
    this.cluster = cluster;
    this.faults = faults;
    this.load = load;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(thread);
    server.createContext("/", this::handle);
  }

  /** Starts answering; call it when the services serve. */
  void start() {
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    thread.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String request = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
      try {
        switch (request) {
          case "GET /ready" -> answer(exchange, 200, Map.of("ready", true));
          case "GET /describe" -> answer(exchange, 200, Description.of(graph, cluster));
          case "GET /status" -> answer(exchange, 200, status());
          case "POST /fault" -> answer(exchange, 200, inject(parameters(exchange)));
          case "DELETE /fault" -> answer(exchange, 200, end(parameters(exchange)));
          default ->
              answer(
                  exchange,
                  404,
                  Map.of("error", "There is no such thing here; ask /ready, /describe, /status"));
        }
      } catch (IllegalArgumentException e) {
        answer(exchange, 400, Map.of("error", String.valueOf(e.getMessage())));
      }
    }
  }

  private Map<String, Object> inject(Map<String, String> parameters) throws IOException {
    Fault fault =
        Fault.of(
            parameters.getOrDefault("service", ""), parameters.getOrDefault("kind", ""), graph);
    Optional<Duration> lasting =
        Optional.ofNullable(parameters.get("seconds")).map(ControlServer::seconds);
    long since = faults.inject(fault, lasting);
    return Map.of(
        "service", fault.service().toString(), "kind", fault.kind().text(), "sinceMillis", since);
  }

  private Map<String, Object> end(Map<String, String> parameters) throws IOException {
    String text = parameters.getOrDefault("service", "");
    ServiceName name =
        graph
            .find(text)
            .orElseThrow(
                () -> new IllegalArgumentException("No such service to heal; see GET /describe"))
            .name();
    faults.end(name);
    return Map.of("service", name.toString());
  }

  private Map<String, Object> status() {
    Map<String, Object> inForce = new LinkedHashMap<>();
    faults
        .active()
        .forEach(
            (name, fault) ->
                inForce.put(
                    name.toString(),
                    Map.of("kind", fault.kind().text(), "sinceMillis", fault.sinceMillis())));
    return Map.of(
        "requests",
        load.sent(),
        "failed",
        load.failed(),
        "turnedAway",
        load.turnedAway(),
        "faults",
        inForce);
  }

  private static Duration seconds(String text) {
    try {
      long seconds = Long.parseLong(text);
      if (seconds > 0 && seconds <= Duration.ofDays(1).toSeconds()) {
        return Duration.ofSeconds(seconds);
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("seconds is not a number; give 1 to 86400", e);
    }
    throw new IllegalArgumentException("seconds is out of range; give 1 to 86400");
  }

  private static Map<String, String> parameters(HttpExchange exchange) {
    Map<String, String> parameters = new HashMap<>();
    String query = exchange.getRequestURI().getRawQuery();
    if (query != null) {
      for (String pair : query.split("&", 16)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          parameters.put(
              pair.substring(0, equals),
              URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
      }
    }
    return parameters;
  }

  private static void answer(HttpExchange exchange, int status, Object body) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(body);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
