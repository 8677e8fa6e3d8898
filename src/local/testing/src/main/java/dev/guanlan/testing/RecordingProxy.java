package dev.guanlan.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands between HTTP clients and a server on this machine, and keeps every request that the server
 * has answered, in the order of the answers.
 *
 * <p>Safe for many threads.
 */
public final class RecordingProxy implements AutoCloseable {

  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final String target;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "recording-proxy");
            thread.setDaemon(true);
            return thread;
          });
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  /**
   * Is a request that was answered.
   *
   * @param receivedMillis when it came in, in milliseconds since the epoch
   * @param method of HTTP
   * @param path its path
   * @param body its body, read as UTF-8
   * @param status of the answer
   */
  public record Request(long receivedMillis, String method, String path, String body, int status) {}

  /** Starts a proxy on a port of its own, for the server at a URL with host and port. */
  public RecordingProxy(String url) {
    target = url;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    } catch (IOException e) {
      throw new UncheckedIOException("No port is free for a proxy.", e);
    }
    server.createContext("/", this::pass);
    server.setExecutor(threads);
    server.start();
  }

  /** Returns the address that a client has to use instead of the server's. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Returns what was answered so far. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  private void pass(HttpExchange exchange) throws IOException {
    long received = System.currentTimeMillis();
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      HttpResponse<byte[]> answer = forward(exchange, body);
      requests.add(
          new Request(
              received,
              exchange.getRequestMethod(),
              exchange.getRequestURI().getPath(),
              new String(body, StandardCharsets.UTF_8),
              answer.statusCode()));
      boolean isEmpty = answer.body().length == 0;
      exchange.sendResponseHeaders(answer.statusCode(), isEmpty ? -1 : answer.body().length);
      if (!isEmpty) {
        exchange.getResponseBody().write(answer.body());
      }
    }
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(target + exchange.getRequestURI()))
            .timeout(LONGEST)
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type != null) {
      request.header("Content-Type", type);
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while the server was asked.", e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
