package dev.guanlan.connector.alertmanager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Stands where an Alertmanager would as long as a test runs, and answers as it wants. */
final class TestingPeer implements AfterEachCallback {

  private static final Duration LONGEST = Duration.ofMinutes(1);

  /** What was taken. */
  final List<JsonNode> heard = new CopyOnWriteArrayList<>();

  /** The names of the alerts of every request, taken or not. */
  final List<List<String>> requests = new CopyOnWriteArrayList<>();

  final List<String> authorizations = new CopyOnWriteArrayList<>();

  /** Headers of answers. */
  final Map<String, String> headers = new ConcurrentHashMap<>();

  private final HttpServer server;
  private volatile Function<List<String>, Integer> answers = names -> 200;
  private volatile CountDownLatch gate = new CountDownLatch(0);

  /** Listens on any free port. */
  TestingPeer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException("The test's peer cannot listen.", e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    JsonNode alerts = new ObjectMapper().readTree(exchange.getRequestBody());
    List<String> names = names(alerts);
    // Chosen before the request is shown, so that a test that has seen it may change the answer to
    // the next without changing this one.
    int status = answers.apply(names);
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    authorizations.add(authorization == null ? "none" : authorization);
    requests.add(names);
    awaitOpen();
    if (status == 200) {
      alerts.forEach(heard::add);
    }
    headers.forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private static List<String> names(JsonNode alerts) {
    List<String> names = new CopyOnWriteArrayList<>();
    alerts.forEach(alert -> names.add(alert.at("/labels/alertname").asText()));
    return List.copyOf(names);
  }

  private void awaitOpen() throws IOException {
    try {
      if (!gate.await(LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("the gate was never opened");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the gate was closed", e);
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Answers with one status from now on. */
  void answers(int status) {
    answers = names -> status;
  }

  /** Answers with a status that depends on the alerts' names. */
  void answers(Function<List<String>, Integer> statuses) {
    answers = statuses;
  }

  /** Holds answers back until {@link #open}. */
  void hold() {
    gate = new CountDownLatch(1);
  }

  void open() {
    gate.countDown();
  }

  List<String> heardNames() {
    return heard.stream().map(alert -> alert.at("/labels/alertname").asText()).toList();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    gate.countDown();
    server.stop(0);
  }
}
