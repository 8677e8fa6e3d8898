package dev.guanlan.local.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Looks from outside whether a part serves; every look takes a few seconds at most. */
public final class Probes {

  private static final Duration CONNECT = Duration.ofSeconds(1);
  private static final Duration ANSWER = Duration.ofSeconds(3);

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();

  private Probes() {}

  /**
   * Looks at {@code uri}: with {@code tcp://host:port}, whether a connection to that port of
   * loopback opens, which is all that can be asked of a server that wants credentials; with {@code
   * http}, as {@link #http} does.
   */
  static Health of(URI uri) {
    if (!"tcp".equals(uri.getScheme())) {
      return http(uri);
    }
    return opens(uri.getPort()) ? Health.up("") : Health.starting(uri + " does not listen yet");
  }

  /** Returns up when a GET of {@code uri} answers with a 2xx status. */
  public static Health http(URI uri) {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(ANSWER).GET().build();
    try {
      int status = HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      return status / 100 == 2 ? Health.up("") : Health.starting(uri + " answers " + status);
    } catch (IOException e) {
      return Health.starting(uri + " does not answer yet");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Health.starting("interrupted");
    }
  }

  /** Returns up when the Kafka broker at {@code bootstrapServers} has registered and answers. */
  public static Health kafka(String bootstrapServers) {
    return KafkaProbe.look(bootstrapServers);
  }

  /** Tells whether a TCP connection to {@code port} on loopback opens. */
  static boolean opens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) CONNECT.toMillis());
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
