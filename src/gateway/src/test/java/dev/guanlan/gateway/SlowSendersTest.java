package dev.guanlan.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.rpc.RetryInfo;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpRequestWriter;
import com.linecorp.armeria.common.RequestHeaders;
import dev.guanlan.gateway.push.PushLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sends bodies that do not end, to a gateway that waits a second, and has little memory. */
class SlowSendersTest {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final String NO_KAFKA = "127.0.0.1:1";
  private static final int BODY_BYTES = 10_000;
  private static final int IN_FLIGHT_BYTES = 3 * BODY_BYTES;

  /** What a push counts for before it has sent anything. */
  private static final int LEAST_BYTES = 8 << 10;

  private static GatewayServer start(Duration acknowledgeTimeout, Duration requestTimeout) {
    return GatewayServer.start(
        new GatewaySettings(
            List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            NO_KAFKA,
            new PushLimits(BODY_BYTES, BODY_BYTES, 1 << 20, 2),
            IN_FLIGHT_BYTES,
            acknowledgeTimeout,
            requestTimeout,
            true,
            SecuritySettings.NONE,
            null,
            List.of()));
  }

  private static int port(GatewayServer gateway) {
    return gateway.addresses().get(0).getPort();
  }

  private static WebClient client(GatewayServer gateway, String scheme) {
    return WebClient.of(scheme + "://127.0.0.1:" + port(gateway));
  }

  private static String metrics(GatewayServer gateway) {
    return client(gateway, "http").get("/metrics").aggregate().join().contentUtf8();
  }

  /** Opens a connection and sends the head of a request whose body is to come. */
  private static Socket begin(GatewayServer gateway, String path, String type) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(gateway));
    String head =
        "POST %s HTTP/1.1\r\nHost: gateway\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(path, type, BODY_BYTES);
    socket.getOutputStream().write(head.getBytes(ISO_8859_1));
    return socket;
  }

  /** Sends a byte of a body whenever nothing was answered for a moment; returns the answer. */
  private static String drip(Socket socket) throws IOException {
    socket.setSoTimeout(50);
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    byte[] part = new byte[1024];
    for (int i = 0; i < BODY_BYTES - 1; i++) {
      try {
        int count = socket.getInputStream().read(part);
        if (count < 0) {
          break;
        }
        answer.write(part, 0, count);
      } catch (SocketTimeoutException nothingYet) {
        if (answer.size() > 0) {
          break;
        }
        socket.getOutputStream().write(' ');
      }
    }
    return answer.toString(ISO_8859_1);
  }

  @Nested
  class AreToldThatTheirTimeIsUp {

    @ParameterizedTest
    @CsvSource({
      "/v1/logs, application/json, '\"code\":4'",
      "/v1/traces, application/x-protobuf, type.googleapis.com/google.rpc.RetryInfo",
      "/api/v1/write, application/x-protobuf, the whole body",
      "/loki/api/v1/push, application/json, the whole body",
    })
    void inTheWordsOfTheirProtocol(String path, String type, String words) throws IOException {
      try (GatewayServer gateway = start(Duration.ofMillis(200), Duration.ofSeconds(1));
          Socket socket = begin(gateway, path, type)) {
        String answer = drip(socket);
        assertThat(answer).startsWith("HTTP/1.1 503 ");
        assertThat(answer.toLowerCase(Locale.ROOT)).contains("\r\nretry-after: 5\r\n");
        assertThat(answer)
            .contains(words)
            .contains("was not here after 1000 ms, which is --request-timeout of the gateway; ");

        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> assertThat(metrics(gateway)).contains("guanlan_gateway_in_flight_bytes 0.0"));
        assertThat(metrics(gateway))
            .contains(
                "guanlan_gateway_rejected_total{path=\"%s\",reason=\"slow\"} 1.0".formatted(path))
            .contains(
                "guanlan_gateway_requests_total{path=\"%s\",status=\"503\"} 1.0".formatted(path))
            .doesNotContain("reason=\"incomplete\"");
      }
    }

    @Test
    void orWhatIsWrongWithTheirHeaders() throws IOException {
      try (GatewayServer gateway = start(Duration.ofMillis(200), Duration.ofSeconds(1));
          Socket socket = begin(gateway, "/loki/api/v1/push", "text/plain")) {
        assertThat(drip(socket)).startsWith("HTTP/1.1 415 ").contains("send application/json");
      }
    }

    @Test
    void overGrpcAsADeadline() throws IOException {
      try (GatewayServer gateway = start(Duration.ofMillis(200), Duration.ofSeconds(1))) {
        HttpRequestWriter endless =
            HttpRequest.streaming(
                RequestHeaders.of(
                    HttpMethod.POST, GrpcCall.LOGS, "content-type", "application/grpc"));
        assertThat(endless.tryWrite(HttpData.wrap(new byte[3]))).isTrue();
        AggregatedHttpResponse answer = client(gateway, "h2c").execute(endless).aggregate().join();
        GrpcCall.Outcome outcome = GrpcCall.outcome(answer);
        assertThat(outcome.code()).as("DEADLINE_EXCEEDED").isEqualTo(4);
        assertThat(outcome.details().getMessage()).contains("--request-timeout of the gateway");
        assertThat(outcome.details().getDetails(0).is(RetryInfo.class)).isTrue();
      }
    }

    /** Nobody says where the topic is, so that the record cannot even leave the gateway. */
    @Test
    void whenTheirOwnDeadlineIsSooner() throws IOException {
      try (GatewayServer gateway = start(Duration.ofSeconds(20), Duration.ofSeconds(30))) {
        GrpcCall.Outcome outcome =
            GrpcCall.call(
                client(gateway, "h2c"),
                GrpcCall.LOGS,
                GrpcCall.frame(0, new byte[0]),
                "grpc-timeout",
                "300m");
        assertThat(outcome.code()).as("DEADLINE_EXCEEDED").isEqualTo(4);
        assertThat(outcome.details().getMessage())
            .contains("the body was here")
            .contains("grpc-timeout of the call");
        assertThat(metrics(gateway))
            .contains("reason=\"timeout\"} 1.0")
            .doesNotContain("guanlan_gateway_acknowledged_records_total{");
      }
    }
  }

  @Nested
  class KeepOthersOut {

    @Test
    void whoAreToldToComeAgain() throws IOException {
      List<Socket> slow = new ArrayList<>();
      try (GatewayServer gateway = start(Duration.ofMillis(200), Duration.ofSeconds(60))) {
        for (int i = 0; i < IN_FLIGHT_BYTES / LEAST_BYTES; i++) {
          slow.add(begin(gateway, "/v1/logs", "application/json"));
        }
        String full = "guanlan_gateway_in_flight_bytes " + (double) slow.size() * LEAST_BYTES;
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(metrics(gateway)).contains(full));

        AggregatedHttpResponse refused = push(gateway);
        assertThat(refused.status().code()).isEqualTo(503);
        assertThat(refused.headers().get("retry-after")).isEqualTo("5");
        assertThat(refused.contentUtf8())
            .contains("more than 30000 bytes are already on their way to Kafka")
            .contains("--max-in-flight-bytes");
        GrpcCall.Outcome overGrpc =
            GrpcCall.call(client(gateway, "h2c"), GrpcCall.LOGS, GrpcCall.frame(0, new byte[0]));
        assertThat(overGrpc.code()).as("UNAVAILABLE").isEqualTo(14);
        assertThat(overGrpc.details().getDetails(0).is(RetryInfo.class)).isTrue();
        assertThat(metrics(gateway)).contains("reason=\"overloaded\"} 1.0");

        for (Socket socket : slow) {
          socket.close();
        }
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> assertThat(metrics(gateway)).contains("guanlan_gateway_in_flight_bytes 0.0"));
        assertThat(push(gateway).contentUtf8()).contains("Kafka did not acknowledge");
      } finally {
        for (Socket socket : slow) {
          socket.close();
        }
      }
    }

    private static AggregatedHttpResponse push(GatewayServer gateway) {
      RequestHeaders headers =
          RequestHeaders.of(
              HttpMethod.POST, "/api/v1/write", "content-type", "application/x-protobuf");
      // An empty message: snappy's length of 0.
      return client(gateway, "http")
          .execute(headers, HttpData.wrap(new byte[1]))
          .aggregate()
          .join();
    }
  }
}
