package dev.guanlan.testing;

import dev.guanlan.local.stack.ClickHousePart;
import dev.guanlan.local.stack.Part;
import dev.guanlan.local.stack.StackPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives a test class a real ClickHouse server.
 *
 * <p>All test classes of a JVM share it: use a database of your own.
 */
public final class ClickHouseExtension implements BeforeAllCallback {

  private static final Duration LONGEST_QUERY = Duration.ofMinutes(2);

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private @Nullable ClickHousePart part;

  /** Creates the extension; nothing starts before the first test. */
  public ClickHouseExtension() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    part =
        SharedParts.of(context)
            .healthy(
                "clickhouse",
                ClickHousePart.class,
                site -> {
                  Backend.noteNoImage("clickhouse");
                  List<Integer> ports = StackPorts.free(2);
                  return new ClickHousePart(site, ports.get(0), ports.get(1));
                });
  }

  /** Returns the address of the HTTP interface, without a slash at its end. */
  public String url() {
    return running().url();
  }

  /** Returns the name of the user that tests connect as. */
  public String user() {
    return "default";
  }

  /** Returns that user's password, which is empty. */
  public String password() {
    return "";
  }

  /**
   * Runs a statement and returns its answer as tab-separated text without the last newline.
   *
   * @throws IllegalStateException with the server's message when it refuses
   */
  public String query(String sql) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url() + "/"))
            .timeout(LONGEST_QUERY)
            .POST(HttpRequest.BodyPublishers.ofString(sql))
            .build();
    try {
      HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IllegalStateException(
            "ClickHouse refused \"%s\": %s".formatted(sql, response.body()));
      }
      return response.body().stripTrailing();
    } catch (IOException e) {
      throw new UncheckedIOException("ClickHouse does not answer \"" + sql + "\".", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted at \"" + sql + "\".", e);
    }
  }

  /** Stops the server, as an operator would. */
  public void stop() {
    running().stop();
  }

  /** Ends the server as a crash would. */
  public void kill() {
    running().kill();
  }

  /** Starts the server again at the same address with the data that it had. */
  public void start() {
    SharedParts.start(running());
  }

  /** Returns the part itself. */
  public Part part() {
    return running();
  }

  private ClickHousePart running() {
    if (part == null) {
      throw new IllegalStateException(
          "The extension is not registered: declare it as a static field with @RegisterExtension.");
    }
    return part;
  }
}
