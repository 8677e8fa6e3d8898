package dev.guanlan.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.rpc.RetryInfo;
import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.ClientFactoryBuilder;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import com.linecorp.armeria.common.TlsKeyPair;
import dev.guanlan.gateway.push.PushLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tries who gets in, and who does not. There is no Kafka: who gets in is told that, with 503. */
class GatewaySecurityTest {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final String NO_KAFKA = "127.0.0.1:1";
  private static final byte[] EMPTY = {};

  @TempDir Path folder;

  private GatewayServer start(SecuritySettings security, @Nullable Path limitsFile) {
    return GatewayServer.start(
        new GatewaySettings(
            List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            NO_KAFKA,
            new PushLimits(1 << 20, 2 << 20, 32 << 20, 2),
            16 << 20,
            Duration.ofMillis(200),
            Duration.ofSeconds(20),
            true,
            security,
            limitsFile,
            List.of()));
  }

  private static String at(GatewayServer gateway, String scheme) {
    return scheme + "://127.0.0.1:" + gateway.addresses().get(0).getPort();
  }

  private static AggregatedHttpResponse push(WebClient client, String path, String... headers) {
    RequestHeadersBuilder request =
        RequestHeaders.builder(HttpMethod.POST, path).add("content-type", "application/x-protobuf");
    for (int i = 0; i < headers.length; i += 2) {
      request.set(headers[i], headers[i + 1]);
    }
    return client.execute(request.build(), HttpData.wrap(EMPTY)).aggregate().join();
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  @Nested
  class WithAnAuthFile {

    private static final String FILE =
        "clients: [{name: shop, token: shop-token, tenants: [shop, shop-2]},"
            + " {name: all, user: all, password: all-password, tenants: ['*']},"
            + " {name: rules, token: rules-token, tenants: [shop], may: [rules]}]";

    @Test
    void letsInWhoIsKnownAndSaysToOthersHowToCome() throws IOException {
      Path file = write("auth.yaml", FILE);
      try (GatewayServer gateway =
          start(new SecuritySettings(file, true, null, null, null, List.of()), null)) {
        WebClient client = WebClient.of(at(gateway, "http"));
        AggregatedHttpResponse stranger = push(client, "/v1/logs");
        assertThat(stranger.status().code()).isEqualTo(401);
        assertThat(stranger.headers().get("www-authenticate")).contains("Bearer", "Basic");
        assertThat(push(client, "/v1/logs", "authorization", "Bearer shop-token").status().code())
            .isEqualTo(503);
        AggregatedHttpResponse foreign =
            push(
                client,
                "/v1/logs",
                "authorization",
                "Bearer shop-token",
                "x-scope-orgid",
                "infrastructure");
        assertThat(foreign.status().code()).isEqualTo(403);
        String basic = Base64.getEncoder().encodeToString("all:all-password".getBytes(UTF_8));
        assertThat(
                push(
                        client,
                        "/v1/logs",
                        "authorization",
                        "Basic " + basic,
                        "x-scope-orgid",
                        "infrastructure")
                    .status()
                    .code())
            .isEqualTo(503);

        assertThat(client.get("/healthy").aggregate().join().status().code()).isEqualTo(200);
        assertThat(client.get("/ready").aggregate().join().status().code()).isEqualTo(503);
        AggregatedHttpResponse metrics = client.get("/metrics").aggregate().join();
        assertThat(metrics.status().code()).isEqualTo(401);
        assertThat(metrics.headers().get("www-authenticate")).isNotNull();
        String scraped =
            client
                .execute(
                    RequestHeaders.of(
                        HttpMethod.GET, "/metrics", "authorization", "Bearer shop-token"))
                .aggregate()
                .join()
                .contentUtf8();
        assertThat(scraped)
            .contains("reason=\"unauthenticated\"")
            .contains("reason=\"forbidden\"")
            .contains("guanlan_gateway_file_broken{option=\"--auth-file\"} 0.0")
            .doesNotContain("shop-token", "all-password");
      }
    }

    @Test
    void letsOnlyThoseAtRulesWhoMay() throws IOException {
      Path file = write("auth.yaml", FILE);
      try (GatewayServer gateway =
          start(new SecuritySettings(file, false, null, null, null, List.of()), null)) {
        WebClient client = WebClient.of(at(gateway, "http"));
        for (HttpMethod method : List.of(HttpMethod.PUT, HttpMethod.GET, HttpMethod.DELETE)) {
          RequestHeaders stranger = RequestHeaders.of(method, "/api/v1/rules/a.yaml");
          AggregatedHttpResponse refused = client.execute(stranger).aggregate().join();
          assertThat(refused.status().code()).isEqualTo(401);
          assertThat(refused.headers().get("www-authenticate")).contains("Bearer", "Basic");
          RequestHeaders agent =
              stranger.toBuilder().add("authorization", "Bearer shop-token").build();
          AggregatedHttpResponse forbidden = client.execute(agent).aggregate().join();
          assertThat(forbidden.status().code()).isEqualTo(403);
          assertThat(forbidden.contentUtf8())
              .contains(
                  "the client \"shop\" may not read and change rules; add rules to what it may");
          RequestHeaders known =
              stranger.toBuilder().add("authorization", "Bearer rules-token").build();
          assertThat(client.execute(known).aggregate().join().status().code()).isEqualTo(503);
          RequestHeaders foreign = known.toBuilder().add("x-scope-orgid", "other").build();
          assertThat(client.execute(foreign).aggregate().join().status().code()).isEqualTo(403);
        }
        assertThat(
                push(client, "/api/v1/write", "authorization", "Bearer rules-token").contentUtf8())
            .contains("the client \"rules\" may not push");
      }
    }

    @Test
    void letsOnlyThemSeeHowRulesDo() throws IOException {
      Path file = write("auth.yaml", FILE);
      try (GatewayServer gateway =
          start(new SecuritySettings(file, false, null, null, null, List.of()), null)) {
        WebClient client = WebClient.of(at(gateway, "http"));
        for (String path : List.of("/api/v1/rules?type=alert", "/prometheus/api/v1/alerts")) {
          RequestHeaders stranger = RequestHeaders.of(HttpMethod.GET, path);
          assertThat(client.execute(stranger).aggregate().join().status().code()).isEqualTo(401);
          RequestHeaders agent =
              stranger.toBuilder().add("authorization", "Bearer shop-token").build();
          assertThat(client.execute(agent).aggregate().join().status().code()).isEqualTo(403);
          RequestHeaders known =
              stranger.toBuilder().add("authorization", "Bearer rules-token").build();
          AggregatedHttpResponse answer = client.execute(known).aggregate().join();
          assertThat(answer.status().code()).isEqualTo(503);
          assertThat(answer.contentUtf8()).contains("Kafka does not answer");
          assertThat(answer.headers().get("retry-after")).isEqualTo("5");
        }
        RequestHeaders grafana =
            RequestHeaders.of(
                HttpMethod.GET, "/api/v1/status/buildinfo", "authorization", "Bearer rules-token");
        assertThat(client.execute(grafana).aggregate().join().status().code()).isEqualTo(200);
      }
    }

    @Test
    void asksGrpcClientsTheSame() throws IOException {
      Path file = write("auth.yaml", FILE);
      try (GatewayServer gateway =
          start(new SecuritySettings(file, false, null, null, null, List.of()), null)) {
        WebClient client = WebClient.of(at(gateway, "h2c"));
        byte[] body = GrpcCall.frame(0, EMPTY);
        assertThat(GrpcCall.call(client, GrpcCall.TRACES, body).code()).isEqualTo(16);
        assertThat(
                GrpcCall.call(
                        client,
                        GrpcCall.TRACES,
                        body,
                        "authorization",
                        "Bearer shop-token",
                        "x-scope-orgid",
                        "other")
                    .code())
            .isEqualTo(7);
        GrpcCall.Outcome in =
            GrpcCall.call(client, GrpcCall.TRACES, body, "authorization", "Bearer shop-token");
        assertThat(in.code()).as("UNAVAILABLE, for want of Kafka").isEqualTo(14);
        assertThat(in.details().getDetails(0).unpack(RetryInfo.class).getRetryDelay().getSeconds())
            .isPositive();
      }
    }

    @Test
    void readsTheFileAgainWhenItChangesAndKeepsTheOldWhenItIsBroken() throws IOException {
      Path file = write("auth.yaml", FILE);
      try (GatewayServer gateway =
          start(new SecuritySettings(file, false, null, null, null, List.of()), null)) {
        WebClient client = WebClient.of(at(gateway, "http"));
        Files.writeString(file, FILE.replace("shop-token", "new-token"));
        await()
            .atMost(PATIENCE)
            .until(
                () ->
                    push(client, "/v1/logs", "authorization", "Bearer new-token").status().code()
                        == 503);
        assertThat(push(client, "/v1/logs", "authorization", "Bearer shop-token").status().code())
            .isEqualTo(401);

        Files.writeString(file, "clients: [");
        await()
            .atMost(PATIENCE)
            .until(
                () ->
                    client
                        .get("/metrics")
                        .aggregate()
                        .join()
                        .contentUtf8()
                        .contains("guanlan_gateway_file_broken{option=\"--auth-file\"} 1.0"));
        assertThat(push(client, "/v1/logs", "authorization", "Bearer new-token").status().code())
            .isEqualTo(503);
      }
    }

    @Test
    void doesNotStartWithAFileThatMakesNoSense() throws IOException {
      Path file = write("auth.yaml", "clients: []");
      assertThatThrownBy(
              () -> start(new SecuritySettings(file, false, null, null, null, List.of()), null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("--auth-file");
    }
  }

  @Nested
  class WithALimitsFile {

    @Test
    void saysWhenToComeAgainAndTakesNewLimits() throws IOException {
      Path file = write("limits.yaml", "defaults: {max_body_bytes: 10, bytes_per_second: 20}");
      try (GatewayServer gateway = start(SecuritySettings.NONE, file)) {
        WebClient client = WebClient.of(at(gateway, "http"));
        RequestHeaders headers =
            RequestHeaders.of(
                HttpMethod.POST, "/v1/logs", "content-type", "application/x-protobuf");
        AggregatedHttpResponse large =
            client.execute(headers, HttpData.wrap(new byte[11])).aggregate().join();
        assertThat(large.status().code()).isEqualTo(413);
        assertThat(large.contentUtf8())
            .contains("10 bytes", "max_body_bytes of the tenant \"anonymous\"");

        // An unknown field of eight bytes, four times: 40 bytes at once, which is the burst.
        byte[] body = {0x7A, 8, 0, 0, 0, 0, 0, 0, 0, 0};
        for (int i = 0; i < 4; i++) {
          client.execute(headers, HttpData.wrap(body)).aggregate().join();
        }
        Files.writeString(file, "defaults: {max_body_bytes: 10, bytes_per_second: 1}");
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> {
                  AggregatedHttpResponse refused =
                      client.execute(headers, HttpData.wrap(body)).aggregate().join();
                  assertThat(refused.status().code()).isIn(413, 429);
                });
        Files.writeString(file, "defaults: {bytes_per_second: 1, bytes_burst: 10}");
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> {
                  AggregatedHttpResponse refused =
                      client.execute(headers, HttpData.wrap(body)).aggregate().join();
                  assertThat(refused.status().code()).isEqualTo(429);
                  assertThat(Integer.parseInt(refused.headers().get("retry-after", "0")))
                      .isBetween(1, 10);
                });
      }
    }
  }

  @Nested
  class OverTls {

    private final TlsKeyPair server = TlsKeyPair.ofSelfSigned("127.0.0.1");
    private final TlsKeyPair other = TlsKeyPair.ofSelfSigned("127.0.0.1");
    private final TlsKeyPair agent = TlsKeyPair.ofSelfSigned("agent");

    private Path certificate(String name, TlsKeyPair pair) throws Exception {
      return write(name, pem("CERTIFICATE", pair.certificateChain().get(0).getEncoded()));
    }

    private Path key(String name, TlsKeyPair pair) throws IOException {
      return write(name, pem("PRIVATE KEY", pair.privateKey().getEncoded()));
    }

    private String pem(String what, byte[] der) {
      String base64 = Base64.getMimeEncoder(64, "\n".getBytes(UTF_8)).encodeToString(der);
      return "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n";
    }

    /** Returns the status of /healthy, over a new connection that trusts one certificate. */
    private int healthy(GatewayServer gateway, TlsKeyPair trusted, @Nullable TlsKeyPair shown) {
      return call(gateway, "https", trusted, shown)
          .get("/healthy")
          .aggregate()
          .join()
          .status()
          .code();
    }

    private WebClient call(
        GatewayServer gateway, String scheme, TlsKeyPair trusted, @Nullable TlsKeyPair shown) {
      X509Certificate certificate = trusted.certificateChain().get(0);
      ClientFactoryBuilder factory =
          ClientFactory.builder()
              .connectTimeout(Duration.ofSeconds(5))
              .tlsCustomizer(
                  tls -> {
                    tls.trustManager(certificate);
                    tls.endpointIdentificationAlgorithm(null);
                    if (shown != null) {
                      tls.keyManager(shown.privateKey(), shown.certificateChain());
                    }
                  });
      return WebClient.builder(at(gateway, scheme)).factory(factory.build()).build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h1", "h2"})
    void servesHttpInBothVersions(String protocol) throws Exception {
      try (GatewayServer gateway =
          start(
              new SecuritySettings(
                  null, false, certificate("c.pem", server), key("k.pem", server), null, List.of()),
              null)) {
        assertThat(
                call(gateway, protocol, server, null)
                    .get("/healthy")
                    .aggregate()
                    .join()
                    .status()
                    .code())
            .isEqualTo(200);
        assertThatThrownBy(() -> healthy(gateway, other, null))
            .hasRootCauseInstanceOf(Exception.class);
      }
    }

    @Test
    void servesGrpc() throws Exception {
      try (GatewayServer gateway =
          start(
              new SecuritySettings(
                  null, false, certificate("c.pem", server), key("k.pem", server), null, List.of()),
              null)) {
        GrpcCall.Outcome outcome =
            GrpcCall.call(
                call(gateway, "h2", server, null), GrpcCall.LOGS, GrpcCall.frame(0, EMPTY));
        assertThat(outcome.code()).isEqualTo(14);
      }
    }

    /** Starts a gateway that trusts clients with the agent's certificate alone. */
    private GatewayServer startAskingClients() throws Exception {
      return start(
          new SecuritySettings(
              null,
              false,
              certificate("c.pem", server),
              key("k.pem", server),
              certificate("ca.pem", agent),
              List.of()),
          null);
    }

    @Test
    void asksClientsForCertificates() throws Exception {
      try (GatewayServer gateway = startAskingClients()) {
        assertThat(healthy(gateway, server, agent)).isEqualTo(200);
        assertThatThrownBy(() -> healthy(gateway, server, null)).isInstanceOf(Exception.class);
        assertThatThrownBy(() -> healthy(gateway, server, other)).isInstanceOf(Exception.class);
      }
    }

    @Test
    void takesAnotherCertificateWithoutARestart() throws Exception {
      try (GatewayServer gateway =
          start(
              new SecuritySettings(
                  null, false, certificate("c.pem", server), key("k.pem", server), null, List.of()),
              null)) {
        assertThat(healthy(gateway, server, null)).isEqualTo(200);
        certificate("c.pem", other); // Without its key for a while, as files are written.
        await()
            .atMost(PATIENCE)
            .until(
                () ->
                    call(gateway, "https", server, null)
                        .get("/metrics")
                        .aggregate()
                        .join()
                        .contentUtf8()
                        .contains("guanlan_gateway_file_broken{option=\"--tls-certificate\"} 1.0"));
        key("k.pem", other);
        await()
            .atMost(PATIENCE)
            .ignoreExceptions()
            .until(() -> healthy(gateway, other, null) == 200);
      }
    }

    @Test
    void takesOtherAuthoritiesOfClientsWithoutARestart() throws Exception {
      try (GatewayServer gateway = startAskingClients()) {
        assertThat(healthy(gateway, server, agent)).isEqualTo(200);
        certificate("ca.pem", other);
        await()
            .atMost(PATIENCE)
            .ignoreExceptions()
            .until(() -> healthy(gateway, server, other) == 200);
        assertThatThrownBy(() -> healthy(gateway, server, agent)).isInstanceOf(Exception.class);
      }
    }

    @Test
    void doesNotStartWithTheKeyOfAnotherCertificate() throws Exception {
      SecuritySettings security =
          new SecuritySettings(
              null, false, certificate("c.pem", server), key("k.pem", other), null, List.of());
      assertThatThrownBy(() -> start(security, null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the key is not that of the certificate");
    }
  }
}
