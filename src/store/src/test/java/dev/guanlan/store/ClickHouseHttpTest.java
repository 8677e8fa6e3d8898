package dev.guanlan.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("A ClickHouse client")
@Timeout(60)
final class ClickHouseHttpTest {

  // Of the test's thread and the server's.
  private final List<String> uris = new CopyOnWriteArrayList<>();
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private final List<String> users = new CopyOnWriteArrayList<>();
  private final List<String> keys = new CopyOnWriteArrayList<>();
  private volatile String answer = "";
  private volatile int status = 200;
  private volatile int code;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    uris.add(exchange.getRequestURI().toString());
    users.add(exchange.getRequestHeaders().getFirst("X-ClickHouse-User"));
    keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("X-ClickHouse-Key")));
    bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    if (code != 0) {
      exchange.getResponseHeaders().set("X-ClickHouse-Exception-Code", Integer.toString(code));
    }
    byte[] body = answer.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private ClickHouseHttp.Builder client() {
    return ClickHouseHttp.builder(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
  }

  @Test
  @DisplayName("sends statement, database, settings, user and password where each belongs")
  void request() throws Exception {
    answer = "1\n";
    ClickHouseHttp client =
        client()
            .database("obs")
            .user("writer")
            .password("hunter2")
            .setting("max_threads", "2")
            .build();
    assertThat(client.query("SELECT 1")).isEqualTo("1\n");
    assertThat(bodies).containsExactly("SELECT 1");
    assertThat(uris).containsExactly("/?database=obs&max_threads=2&wait_end_of_query=1");
    assertThat(users).containsExactly("writer");
    assertThat(keys).containsExactly("hunter2");
  }

  @Test
  @DisplayName("sends parameters apart from the statement")
  void parameters() throws Exception {
    client().build().query("SELECT {a:String}", Map.of("a", "it's\t\\ 100%"));
    assertThat(uris.get(0)).contains("param_a=it%27s%5Ct%5C%5C+100%25");
  }

  @Test
  @DisplayName("reads rows")
  void rows() throws Exception {
    answer = "a\t1\nb\\nc\t2\n";
    assertThat(client().build().rows("SELECT x"))
        .containsExactly(List.of("a", "1"), List.of("b\nc", "2"));
  }

  @Test
  @DisplayName("sends exactly the rows it was given")
  void insert() {
    byte[] bytes = "xxROWSxx".getBytes(UTF_8);
    client().build().insert("INSERT INTO t FORMAT RowBinary", InsertBody.of(bytes, 2, 4)).join();
    assertThat(bodies).containsExactly("ROWS");
    assertThat(uris.get(0)).endsWith("query=INSERT+INTO+t+FORMAT+RowBinary");
  }

  @Test
  @DisplayName("tells code, status, a bounded statement and what to do, and no password")
  void refusal() {
    answer = "Code: 60. DB::Exception: Table guanlan.samples does not exist";
    status = 404;
    code = 60;
    String statement = "SELECT '" + "long".repeat(1_000) + "'";
    ClickHouseException refused =
        catchThrowableOfType(
            ClickHouseException.class, () -> client().password("hunter2").build().query(statement));
    assertThat(refused.code()).isEqualTo(60);
    assertThat(refused.status()).isEqualTo(404);
    assertThat(refused.kind()).isEqualTo(FailureKind.FATAL);
    assertThat(refused)
        .hasMessageContaining("Table guanlan.samples does not exist")
        .hasMessageContaining("Apply the migrations")
        .hasMessageNotContaining("hunter2");
    assertThat(refused.getMessage()).hasSizeLessThan(700);
  }

  @Test
  @DisplayName("does not wait for ever for the rest of an answer")
  void answerThatStops() {
    server.removeContext("/");
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 10);
          exchange.getResponseBody().write('1');
          exchange.getResponseBody().flush();
        });
    ClickHouseHttp client = client().requestTimeout(Duration.ofMillis(300)).build();
    assertThatThrownBy(() -> client.query("SELECT 1"))
        .isInstanceOf(ClickHouseException.class)
        .hasMessageContaining("did not answer");
  }

  @Test
  @DisplayName("takes a code as a failure even when the status is 200")
  void codeWithoutStatus() {
    code = 241;
    assertThatThrownBy(() -> client().build().query("SELECT 1"))
        .isInstanceOfSatisfying(
            ClickHouseException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.RETRYABLE));
  }

  @Test
  @DisplayName("fails an insert with the server's reason")
  void refusedInsert() {
    answer = "Cannot read all data";
    status = 400;
    code = 33;
    assertThatThrownBy(
            () ->
                client()
                    .build()
                    .insert("INSERT INTO t FORMAT RowBinary", InsertBody.of(new byte[1], 0, 1))
                    .join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            ClickHouseException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.POISON));
  }

  @Test
  @DisplayName("holds no more of an answer than it may")
  void longAnswer() {
    answer = "x".repeat(1_001);
    assertThatThrownBy(() -> client().maxAnswerBytes(1_000).build().query("SELECT 1"))
        .isInstanceOf(ClickHouseException.class)
        .hasMessageContaining("more than 1000 bytes");
  }

  @Test
  @DisplayName("says which server did not answer")
  void unreachable() {
    server.stop(0);
    ClickHouseHttp client = client().build();
    assertThatThrownBy(() -> client.query("SELECT 1"))
        .isInstanceOfSatisfying(
            ClickHouseException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.RETRYABLE);
              assertThat(e.status()).isZero();
            })
        .hasMessageContaining(client.url().toString());
    assertThatThrownBy(
            () ->
                client
                    .insert("INSERT INTO t FORMAT RowBinary", InsertBody.of(new byte[1], 0, 1))
                    .join())
        .cause()
        .isInstanceOf(ClickHouseException.class);
  }

  @Test
  @DisplayName("takes no address that is none, or that holds a password")
  void addresses() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClickHouseHttp.builder(URI.create("127.0.0.1")))
        .withMessageContaining("http://127.0.0.1:8123");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClickHouseHttp.builder(URI.create("http://u:hunter2@h:8123")))
        .withMessageNotContaining("hunter2");
  }
}
