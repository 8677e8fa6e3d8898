package dev.guanlan.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import dev.guanlan.testing.GatewayExtension;
import dev.guanlan.testing.KafkaExtension;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Throws at a real gateway what no agent would send. It runs with the memory that {@code ./guanlan
 * up} gives it, and ends at the first {@code OutOfMemoryError}: that it still serves afterwards is
 * the proof that nothing took more.
 */
class FuzzITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();
  @RegisterExtension static final GatewayExtension GATEWAY = new GatewayExtension(KAFKA);

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int THREADS = 3;
  private static final int BODIES_A_THREAD = 1_500;

  private static final String[] PATHS = {
    "/api/v1/write",
    "/api/v1/remote/write",
    "/api/v1/prom/remote/write",
    "/api/prom/push",
    "/loki/api/v1/push",
    "/v1/metrics",
    "/v1/logs",
    "/v1/traces",
    "/otlp/v1/metrics",
    "/otlp/v1/logs",
    "/otlp/v1/traces",
    "/api/v2/spans",
    "/tempo/api/push",
    "/tempo/spans",
    "/api/v1/import/avro/samples",
    "/api/v1/import/avro/logs",
    "/api/v1/import/avro/spans",
    "/api/v1/import/avro/flows",
    "/api/v1/rules/fuzz",
    GrpcCall.METRICS,
    GrpcCall.LOGS,
    GrpcCall.TRACES
  };
  private static final String[] TYPES = {
    "application/x-protobuf",
    "application/x-protobuf;proto=io.prometheus.write.v2.Request",
    "application/x-protobuf;proto=prometheus.WriteRequest",
    "application/json",
    "application/grpc",
    "application/octet-stream",
    "avro/binary",
    "nonsense"
  };
  private static final String[] ENCODINGS = {"", "", "snappy", "gzip", "zstd", "br"};

  private static final String[] BODY_TYPES = {
    "application/x-protobuf",
    "application/x-protobuf;proto=io.prometheus.write.v2.Request",
    "application/json"
  };
  private static final String[] GRPC_TYPES = {"application/grpc"};
  private static final String[] AVRO_TYPES = {"application/octet-stream"};
  private static final FuzzBodies BODIES = new FuzzBodies();

  private WebClient client;

  @BeforeEach
  void connect() {
    client =
        WebClient.builder(GATEWAY.url().replace("http:", "h2c:")).responseTimeout(PATIENCE).build();
    assertServes();
  }

  private void assertServes() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        push(
                            "/api/v1/write",
                            "application/x-protobuf",
                            "snappy",
                            FuzzBodies.remoteWrite()))
                    .isEqualTo(204));
    assertThat(GATEWAY.part().running()).isTrue();
  }

  private int push(String path, String type, String encoding, byte[] body) {
    RequestHeadersBuilder headers =
        RequestHeaders.builder(HttpMethod.POST, path).add("content-type", type);
    if (!encoding.isEmpty()) {
      headers.add(type.equals("application/grpc") ? "grpc-encoding" : "content-encoding", encoding);
    }
    AggregatedHttpResponse response =
        client.execute(headers.build(), HttpData.wrap(body)).aggregate().join();
    return response.status().code();
  }

  /** Asserts that the gateway found no fault of its own, by what it counts and what it logs. */
  private void assertNoFault() throws IOException {
    String metrics = client.get("/metrics").aggregate().join().contentUtf8();
    assertThat(metrics).doesNotContain("reason=\"internal\"").doesNotContain("status=\"500\"");
    assertThat(Files.readString(GATEWAY.part().log().orElseThrow(), StandardCharsets.UTF_8))
        .doesNotContain("OutOfMemoryError")
        .doesNotContain("StackOverflowError")
        .doesNotContain("a fault of the gateway's own")
        .doesNotContain("LEAK");
  }

  @Test
  void answersEveryBombOnEveryPath() throws Exception {
    for (FuzzBodies.Bomb bomb : BODIES.bombs()) {
      for (String path : PATHS) {
        for (String type : types(path)) {
          for (String encoding : new TreeSet<>(List.of("", bomb.encoding()))) {
            assertThat(push(path, type, encoding, bomb.body()))
                .as("%s, %s, %s", path, type, encoding)
                .isIn(200, 202, 204, 400, 404, 413, 415, 503);
          }
        }
      }
    }
    assertServes();
    assertNoFault();
  }

  /** Returns what a path has to be sent for a body to be looked into. */
  private static String[] types(String path) {
    if (path.contains("collector")) {
      return GRPC_TYPES;
    }
    return path.contains("avro") ? AVRO_TYPES : BODY_TYPES;
  }

  @Test
  void answersWhateverBytesSeveralAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    TreeMap<Integer, Integer> statuses = new TreeMap<>();
    try {
      List<Future<List<Integer>>> runs = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        int seed = thread;
        runs.add(threads.submit(() -> throwAround(new Random(seed))));
      }
      for (Future<List<Integer>> run : runs) {
        run.get().forEach(status -> statuses.merge(status, 1, Integer::sum));
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(statuses.keySet()).isSubsetOf(200, 202, 204, 400, 404, 413, 415, 503);
    assertThat(statuses).as("something is taken, and something refused").containsKeys(204, 400);
    assertServes();
    assertNoFault();
  }

  private List<Integer> throwAround(Random random) {
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < BODIES_A_THREAD; i++) {
      statuses.add(
          push(
              PATHS[random.nextInt(PATHS.length)],
              TYPES[random.nextInt(TYPES.length)],
              ENCODINGS[random.nextInt(ENCODINGS.length)],
              BODIES.any(random)));
    }
    return statuses;
  }

  @Test
  void outlivesWhatIsNotEvenHttp() throws Exception {
    URI url = URI.create(GATEWAY.url());
    Random random = new Random(7);
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < 60; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), url.getPort());
        open.add(socket);
        try {
          OutputStream out = socket.getOutputStream();
          out.write(notHttp(i % 6, random));
          out.flush();
        } catch (IOException e) {
          // The gateway may hang up on such a one: then it is done with it.
          socket.close();
        }
      }
      // While they all wait for answers, or hold back the bodies that they announced:
      assertServes();
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
    assertServes();
    assertNoFault();
  }

  private static byte[] notHttp(int kind, Random random) {
    String head = "POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\n";
    byte[] noise = new byte[4_000];
    random.nextBytes(noise);
    return switch (kind) {
      case 0 -> noise;
      case 1 -> (head + "Content-Length: 8388608\r\n\r\nabc").getBytes(StandardCharsets.US_ASCII);
      case 2 ->
          (head + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n" + "x".repeat(2_000))
              .getBytes(StandardCharsets.US_ASCII);
      case 3 ->
          (head + "X-Long: " + "y".repeat(1 << 20) + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII);
      case 4 -> (head + "Content-Length: -5\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
      default -> {
        byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(preface, preface.length + noise.length);
        System.arraycopy(noise, 0, all, preface.length, noise.length);
        yield all;
      }
    };
  }
}
