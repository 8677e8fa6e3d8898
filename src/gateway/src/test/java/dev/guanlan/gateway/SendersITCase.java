package dev.guanlan.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.codec.protobuf.ProtoWriter;
import dev.guanlan.codec.remotewrite.RemoteWriteEncoder;
import dev.guanlan.codec.snappy.SnappyBlock;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Topics;
import dev.guanlan.testing.KafkaExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pushes as senders do that say little about their bodies, or come through a proxy. */
class SendersITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  private static TestingGateway gateway;
  private static StoredRecords stored;

  @BeforeAll
  static void start() {
    KAFKA.createPlatformTopics(2);
    stored = new StoredRecords(KAFKA);
    gateway = started();
    gateway.awaitTaken("/loki/api/v1/push", loki("first"));
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static TestingGateway started(String... options) {
    TestingGateway started = TestingGateway.start(KAFKA, options);
    started.awaitTaken("/api/v1/write", remoteWrite("first"));
    return started;
  }

  private static byte[] remoteWrite(String name) {
    return new RemoteWriteEncoder()
        .encode(
            SampleBlock.builder("", Origin.NONE)
                .series(Labels.of("__name__", "up", "instance", name))
                .sample(1, 1)
                .build());
  }

  private static byte[] loki(String line) {
    ProtoWriter push = new ProtoWriter();
    int stream = push.open(1 << 3 | 2);
    push.field(1 << 3 | 2, "{app=\"untyped\"}".getBytes(UTF_8));
    int entry = push.open(2 << 3 | 2);
    push.field(2 << 3 | 2, line.getBytes(UTF_8));
    push.close(entry);
    push.close(stream);
    return SnappyBlock.compress(push);
  }

  @Nested
  class OfBodiesThatDoNotSayWhatTheyAre {

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/write", "/api/v1/remote/write", "/api/v1/prom/remote/write"})
    void takesThoseOfPrometheusForItsFirstVersion(String path) throws Exception {
      byte[] body = remoteWrite("untyped " + path);
      assertThat(gateway.post(path, body).statusCode()).isEqualTo(204);
      assertThat(stored.of(Topics.PROMETHEUS_REMOTE_WRITE, body).encoding())
          .isEqualTo(Encoding.PROMETHEUS_REMOTE_WRITE);
    }

    @Test
    void tellsPrometheusFromLokiByTheVersionThatOnlyPrometheusSends() throws Exception {
      byte[] metrics = remoteWrite("untyped, on Loki's path");
      assertThat(
              gateway
                  .post("/api/prom/push", metrics, "X-Prometheus-Remote-Write-Version", "0.1.0")
                  .statusCode())
          .isEqualTo(204);
      assertThat(stored.of(Topics.PROMETHEUS_REMOTE_WRITE, metrics).encoding())
          .isEqualTo(Encoding.PROMETHEUS_REMOTE_WRITE);

      byte[] logs = loki("a line");
      assertThat(gateway.post("/api/prom/push", logs).statusCode()).isEqualTo(204);
      assertThat(stored.of(Topics.LOKI_PUSH, logs).encoding()).isEqualTo(Encoding.LOKI_PROTO);
    }
  }

  @Nested
  class BehindAProxy {

    private static byte[] key(TestingGateway by, String name, String... headers) throws Exception {
      byte[] body = remoteWrite(name);
      assertThat(by.post("/api/v1/write", body, headers).statusCode()).isEqualTo(204);
      byte[] key = stored.of(Topics.PROMETHEUS_REMOTE_WRITE, body).key();
      assertThat(key).isNotNull();
      return key;
    }

    @ParameterizedTest
    @CsvSource({
      "X-Forwarded-For, 10.1.1.1, '10.1.1.1, 172.16.0.1', 10.1.1.2",
      "Forwarded, for=10.2.1.1, 'for=10.2.1.1;proto=https, for=172.16.0.1', for=10.2.1.2",
    })
    void tellsSendersApartByWhatATrustedOneSays(
        String header, String first, String again, String second) throws Exception {
      try (TestingGateway trusting = started("--trusted-proxies=192.0.2.0/24,127.0.0.0/8")) {
        byte[] key = key(trusting, header + 1, header, first);
        assertThat(key(trusting, header + 2, header, again)).isEqualTo(key);
        assertThat(key(trusting, header + 3, header, second)).isNotEqualTo(key);
        assertThat(key(trusting, header + 4)).isNotEqualTo(key);
      }
    }

    @Test
    void believesNobodyElse() throws Exception {
      byte[] key = key(gateway, "a stranger", "X-Forwarded-For", "10.1.1.1");
      assertThat(key(gateway, "another", "X-Forwarded-For", "10.1.1.2")).isEqualTo(key);
      assertThat(key(gateway, "a third", "Forwarded", "for=10.1.1.3")).isEqualTo(key);
      assertThat(key(gateway, "a tenant", "X-Scope-OrgID", "shop")).isNotEqualTo(key);
      try (TestingGateway elsewhere = started("--trusted-proxies=192.0.2.0/24")) {
        assertThat(key(elsewhere, "a fourth", "X-Forwarded-For", "10.1.1.1")).isEqualTo(key);
      }
    }
  }
}
