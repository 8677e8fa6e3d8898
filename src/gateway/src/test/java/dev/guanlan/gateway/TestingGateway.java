package dev.guanlan.gateway;

import static org.awaitility.Awaitility.await;

import dev.guanlan.testing.KafkaExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Runs a gateway in this JVM, as its command line would, and pushes to it. */
final class TestingGateway implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static final List<String> OPTIONS =
      List.of(
          "--listen=127.0.0.1:0",
          "--grpc-listen=127.0.0.1:0",
          "--acknowledge-timeout=1m",
          "--request-timeout=2m");

  private final GatewayServer server;

  private TestingGateway(GatewayServer server) {
    this.server = server;
  }

  /** Starts one on free ports, with further options. */
  static TestingGateway start(KafkaExtension kafka, String... further) {
    Gateway command = new Gateway();
    new CommandLine(command)
        .parseArgs(
            Stream.of(
                    OPTIONS.stream(),
                    Stream.of("--kafka-bootstrap-servers=" + kafka.bootstrapServers()),
                    Stream.of(further))
                .flatMap(options -> options)
                .toArray(String[]::new));
    return new TestingGateway(GatewayServer.start(command.settings()));
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.addresses().get(0).getPort() + path;
  }

  HttpResponse<String> post(String path, byte[] body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url(path)))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    return HTTP.send(
        (headers.length == 0 ? request : request.headers(headers)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /**
   * Pushes until the push is taken: the first to a topic may have to be repeated, as Kafka is asked
   * where the topic is.
   */
  void awaitTaken(String path, byte[] body, String... headers) {
    await().atMost(PATIENCE).until(() -> post(path, body, headers).statusCode() / 100 == 2);
  }

  @Override
  public void close() {
    server.close();
  }
}
