package dev.guanlan.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Speaks to one ClickHouse server through its HTTP interface. Safe for many threads.
 *
 * <p>It does not retry: whoever sends a statement knows whether it may be sent twice. User and
 * password travel as headers, and appear in no message.
 */
public final class ClickHouseHttp {

  private static final String CODE_HEADER = "X-ClickHouse-Exception-Code";

  private final HttpClient http;
  private final Builder options;

  private ClickHouseHttp(HttpClient http, Builder options) {
    this.http = http;
    this.options = options;
  }

  /**
   * Starts a client for the server whose HTTP interface is at {@code url}.
   *
   * @throws IllegalArgumentException if it is no plain http or https address
   */
  public static Builder builder(URI url) {
    return new Builder(url);
  }

  /** Returns a client that differs in the database it speaks to, and shares the connections. */
  public ClickHouseHttp withDatabase(String database) {
    return new ClickHouseHttp(http, new Builder(options).database(database));
  }

  /** Returns the address of the server. */
  public URI url() {
    return options.url;
  }

  /** Returns a client like this one that waits longer, or less long, for answers. */
  public ClickHouseHttp withRequestTimeout(Duration timeout) {
    return new ClickHouseHttp(http, new Builder(options).requestTimeout(timeout));
  }

  /** Returns a client like this one that holds more, or fewer, bytes of an answer. */
  ClickHouseHttp withMaxAnswerBytes(int bytes) {
    return new ClickHouseHttp(http, new Builder(options).maxAnswerBytes(bytes));
  }

  /** Returns a client like this one that sends a setting with every statement. */
  ClickHouseHttp withSetting(String name, String value) {
    return new ClickHouseHttp(http, new Builder(options).setting(name, value));
  }

  /** Asks the server whether it is there. */
  public void ping() throws ClickHouseException, InterruptedException {
    query("SELECT 1");
  }

  /**
   * Runs a statement and returns its whole answer: tab-separated text, unless the statement names
   * another format.
   */
  public String query(String sql) throws ClickHouseException, InterruptedException {
    return query(sql, Map.of());
  }

  /**
   * Runs a statement with parameters and returns its whole answer.
   *
   * @param sql a statement, with parameters as {@code {name:Type}}
   * @param parameters their values as text, which need no escaping of quotes
   */
  public String query(String sql, Map<String, String> parameters)
      throws ClickHouseException, InterruptedException {
    return new String(answer(sql, parameters), UTF_8);
  }

  /** Runs a statement with parameters and returns the bytes of its whole answer. */
  byte[] answer(String sql, Map<String, String> parameters)
      throws ClickHouseException, InterruptedException {
    Map<String, String> query = new TreeMap<>();
    parameters.forEach((name, value) -> query.put("param_" + name, escaped(value)));
    // Without it an error after the first byte of the answer comes with the status 200.
    query.put("wait_end_of_query", "1");
    HttpRequest request = request(query, BodyPublishers.ofString(sql));
    HttpResponse<InputStream> response = send(request, sql);
    // The request's own timeout ends with the answer's headers; this one covers the body too.
    CompletableFuture<@Nullable Void> timer = new CompletableFuture<>();
    CompletableFuture<Void> breaking = timer.thenRun(() -> breakOff(response.body()));
    byte[] answer;
    try (InputStream body = response.body()) {
      timer.completeOnTimeout(null, options.requestTimeout.toMillis(), TimeUnit.MILLISECONDS);
      answer = body.readNBytes(options.maxAnswerBytes + 1);
    } catch (IOException e) {
      throw ClickHouseException.unreachable(options.url, sql, e);
    } finally {
      breaking.cancel(false);
      timer.cancel(false);
    }
    if (answer.length > options.maxAnswerBytes) {
      throw ClickHouseException.tooLong(options.url, sql, options.maxAnswerBytes);
    }
    ClickHouseException refusal = refusal(sql, response, answer);
    if (refusal != null) {
      throw refusal;
    }
    return answer;
  }

  private HttpResponse<InputStream> send(HttpRequest request, String sql)
      throws ClickHouseException, InterruptedException {
    try {
      return http.send(request, BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw ClickHouseException.unreachable(options.url, sql, e);
    }
  }

  /** Makes who reads a body get an {@link IOException}. */
  private static void breakOff(InputStream body) {
    try {
      body.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a statement and returns its rows; the statement must not name a format. */
  public List<List<String>> rows(String sql) throws ClickHouseException, InterruptedException {
    return rows(sql, Map.of());
  }

  /** Runs a statement with parameters and returns its rows, each value as text. */
  public List<List<String>> rows(String sql, Map<String, String> parameters)
      throws ClickHouseException, InterruptedException {
    String answer = query(sql, parameters);
    List<List<String>> rows = new ArrayList<>();
    int from = 0;
    for (int end = answer.indexOf('\n'); end >= 0; end = answer.indexOf('\n', from)) {
      rows.add(TabSeparated.values(answer.substring(from, end)));
      from = end + 1;
    }
    return rows;
  }

  /**
   * Sends rows without waiting.
   *
   * @param statement {@code INSERT INTO … (…) FORMAT …}
   * @return done when ClickHouse has stored all rows; else failed with a {@link
   *     ClickHouseException}, and then some may be stored nevertheless
   */
  public CompletableFuture<Void> insert(String statement, InsertBody rows) {
    return insert(statement, Map.of(), rows);
  }

  /**
   * Sends rows without waiting, with settings for this insert alone.
   *
   * @param statement {@code INSERT INTO … (…) FORMAT …}
   * @param settings ClickHouse settings by name
   * @return done when ClickHouse has stored all rows; else failed with a {@link
   *     ClickHouseException}, and then some may be stored nevertheless
   */
  public CompletableFuture<Void> insert(
      String statement, Map<String, String> settings, InsertBody rows) {
    Map<String, String> query = new TreeMap<>(settings);
    query.put("query", statement);
    HttpRequest request = request(query, new InsertPublisher(rows));
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, BodyHandlers.ofByteArray());
    // The request's own timeout ends with the answer's headers; this one covers the body too.
    CompletableFuture<HttpResponse<byte[]>> inTime =
        answer.copy().orTimeout(options.requestTimeout.toMillis(), TimeUnit.MILLISECONDS);
    return inTime
        .whenComplete((response, failure) -> answer.cancel(true))
        .handle(
            (response, failure) -> {
              ClickHouseException refusal =
                  response == null
                      ? ClickHouseException.unreachable(options.url, statement, unwrapped(failure))
                      : refusal(statement, response, response.body());
              if (refusal != null) {
                throw new CompletionException(refusal);
              }
              return null;
            });
  }

  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private @Nullable ClickHouseException refusal(
      String statement, HttpResponse<?> response, byte[] body) {
    int code =
        response
            .headers()
            .firstValue(CODE_HEADER)
            .filter(text -> text.matches("[0-9]{1,9}"))
            .map(Integer::parseInt)
            .orElse(FailureKind.NO_CODE);
    if (response.statusCode() == 200 && code == FailureKind.NO_CODE) {
      return null;
    }
    return ClickHouseException.refused(
        options.url, statement, code, response.statusCode(), new String(body, UTF_8));
  }

  private HttpRequest request(Map<String, String> query, BodyPublisher body) {
    StringBuilder path = new StringBuilder("/?database=").append(encoded(options.database));
    options.settings.forEach(
        (name, value) -> path.append('&').append(name).append('=').append(encoded(value)));
    query.forEach(
        (name, value) -> path.append('&').append(name).append('=').append(encoded(value)));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(options.url.resolve(path.toString()))
            .timeout(options.requestTimeout)
            .header("X-ClickHouse-User", options.user)
            .POST(body);
    if (!options.password.isEmpty()) {
      request.header("X-ClickHouse-Key", options.password);
    }
    return request.build();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  /** Parameters are read as a tab-separated value, so these characters need escaping. */
  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n");
  }

  /** Collects what a client needs to know. */
  public static final class Builder {
    private final URI url;
    private String database = "default";
    private String user = "default";
    private String password = "";
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration requestTimeout = Duration.ofSeconds(30);
    private int maxAnswerBytes = 64 << 20;
    private final Map<String, String> settings = new TreeMap<>();

    private Builder(URI url) {
      boolean plain = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (url.getUserInfo() != null) {
        throw new IllegalArgumentException(
            "the ClickHouse address for host \"%s\" holds a user or password; give them apart"
                .formatted(url.getHost()));
      }
      if (!plain || url.getHost() == null) {
        throw new IllegalArgumentException(
            "\"%s\" is no ClickHouse address; write it like http://127.0.0.1:8123"
                .formatted(ClickHouseException.bounded(url.toString(), 100)));
      }
      this.url = url;
    }

    private Builder(Builder other) {
      this(other.url);
      database = other.database;
      user = other.user;
      password = other.password;
      connectTimeout = other.connectTimeout;
      requestTimeout = other.requestTimeout;
      maxAnswerBytes = other.maxAnswerBytes;
      settings.putAll(other.settings);
    }

    /** Sets the database that unqualified table names belong to; {@code default} if not set. */
    public Builder database(String name) {
      this.database = name;
      return this;
    }

    /** Sets the user; {@code default} if not set. */
    public Builder user(String name) {
      this.user = name;
      return this;
    }

    /** Sets the user's password; none if not set. */
    public Builder password(String secret) {
      this.password = secret;
      return this;
    }

    /** Sets how long to wait for a connection; 5 seconds if not set. */
    public Builder connectTimeout(Duration timeout) {
      this.connectTimeout = timeout;
      return this;
    }

    /** Sets how long to wait for the answer to a statement; 30 seconds if not set. */
    public Builder requestTimeout(Duration timeout) {
      this.requestTimeout = timeout;
      return this;
    }

    /** Sets how many bytes of an answer are held at most; 64 MiB if not set. */
    public Builder maxAnswerBytes(int bytes) {
      this.maxAnswerBytes = bytes;
      return this;
    }

    /** Sets a ClickHouse setting for every statement. */
    public Builder setting(String name, String value) {
      settings.put(name, value);
      return this;
    }

    /** Makes the client. */
    public ClickHouseHttp build() {
      HttpClient http =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(connectTimeout)
              .build();
      return new ClickHouseHttp(http, new Builder(this));
    }
  }
}
