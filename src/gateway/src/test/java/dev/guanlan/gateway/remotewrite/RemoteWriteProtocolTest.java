package dev.guanlan.gateway.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.remotewrite.RemoteWrite2Encoder;
import dev.guanlan.gateway.push.Answer;
import dev.guanlan.gateway.push.Compression;
import dev.guanlan.gateway.push.PushLimits;
import dev.guanlan.gateway.push.PushProtocol.Form;
import dev.guanlan.gateway.push.PushProtocol.Sender;
import dev.guanlan.gateway.push.PushProtocol.Verdict;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.gateway.push.Unlimited;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Topics;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemoteWriteProtocolTest {

  private static final String SECOND =
      "application/x-protobuf;proto=io.prometheus.write.v2.Request";

  private final RemoteWriteProtocol protocol = new RemoteWriteProtocol();

  private static RequestHeaders headers(String type, String encoding) {
    return RequestHeaders.builder(HttpMethod.POST, "/api/prom/push")
        .add("content-type", type)
        .add("content-encoding", encoding)
        .build();
  }

  @ParameterizedTest
  @CsvSource({
    "application/x-protobuf, prometheus_remote_write",
    "application/x-protobuf;proto=prometheus.WriteRequest, prometheus_remote_write",
    "application/x-protobuf; proto=io.prometheus.write.v2.Request, prometheus_remote_write_v2",
  })
  void tellsVersionsApartByTheContentType(String type, String encoding) throws Exception {
    Form form = protocol.accept(headers(type, "snappy"));

    assertThat(form.encoding()).isEqualTo(encoding);
    assertThat(form.topic()).isEqualTo(Topics.PROMETHEUS_REMOTE_WRITE);
  }

  @ParameterizedTest
  @CsvSource({
    "application/x-protobuf;proto=io.prometheus.write.v3.Request, snappy",
    "application/x-protobuf, zstd",
    "application/json, snappy",
  })
  void refusesOtherTypesAndEncodings(String type, String encoding) {
    assertThatThrownBy(() -> protocol.accept(headers(type, encoding)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("io.prometheus.write.v2.Request")
        .extracting(refusal -> ((Refusal) refusal).reason().status())
        .isEqualTo(415);
  }

  @ParameterizedTest
  @CsvSource({"'', snappy", "'', ''", "application/x-protobuf, ''"})
  void takesWhatDoesNotSayForTheFirstVersionAsPrometheusDoes(String type, String encoding)
      throws Exception {
    RequestHeadersBuilder headers = RequestHeaders.builder(HttpMethod.POST, "/api/v1/write");
    if (!type.isEmpty()) {
      headers.add("content-type", type);
    }
    if (!encoding.isEmpty()) {
      headers.add("content-encoding", encoding);
    }
    Form form = protocol.accept(headers.build());

    assertThat(form.encoding()).isEqualTo(Encoding.PROMETHEUS_REMOTE_WRITE);
    assertThat(form.compression()).isEqualTo(Compression.SNAPPY);
  }

  @Test
  void countsAStaleHistogramAsAHistogramAndAStaleNumberAsASample() throws Exception {
    double stale = Double.longBitsToDouble(0x7ff0000000000002L);
    SampleBlock block =
        SampleBlock.builder("", Origin.NONE)
            .series(Labels.of("__name__", "up"))
            .sample(1, stale)
            .sample(2, 1)
            .series(Labels.of("__name__", "latency"))
            .histogram(1, histogram(2.5))
            .histogram(2, histogram(stale))
            .histogram(3, histogram(stale))
            .build();
    Verdict verdict = validate("anonymous", new RemoteWrite2Encoder().encode(block), "agent");

    HttpHeaders written = verdict.answer().headers();
    assertThat(written.get("x-prometheus-remote-write-samples-written")).isEqualTo("2");
    assertThat(written.get("x-prometheus-remote-write-histograms-written")).isEqualTo("3");
    assertThat(written.get("x-prometheus-remote-write-exemplars-written")).isEqualTo("0");
  }

  private static Histogram histogram(double sum) {
    return new Histogram(
        ResetHint.UNKNOWN, 0, 0, 0, 0, sum, Buckets.EMPTY, Buckets.EMPTY, new double[0]);
  }

  private Verdict validate(String tenant, byte[] body, String agent) throws Exception {
    PushLimits limits = new PushLimits(1 << 20, 1 << 20, 1 << 20, 1);
    RawRecord raw =
        new RawRecord(tenant, Encoding.PROMETHEUS_REMOTE_WRITE_V2, 1, null, body, Origin.NONE);
    return protocol
        .newValidator(DecoderLimits.DEFAULTS)
        .validate(raw, new Sender(InetAddress.getLoopbackAddress(), agent), new Unlimited(limits));
  }

  @Test
  void keysByAddressAgentAndTenant() throws Exception {
    byte[] body = new RemoteWrite2Encoder().encode(SampleBlock.builder("", Origin.NONE).build());
    byte[] key = validate("shop", body, "Prometheus/3.5.0").key();

    assertThat(key).hasSize(8).isEqualTo(validate("shop", body, "Prometheus/3.5.0").key());
    assertThat(key).isNotEqualTo(validate("cart", body, "Prometheus/3.5.0").key());
    assertThat(key).isNotEqualTo(validate("shop", body, "Prometheus/3.4.0").key());
    assertThat(key)
        .isNotEqualTo(
            RemoteWriteProtocol.key(
                "shop", new Sender(InetAddress.getByName("10.0.0.1"), "Prometheus/3.5.0")));
  }

  @Test
  void saysThatNothingOfARefusedRequestOfTheSecondVersionIsWritten() {
    Refusal refusal = new Refusal(Refusal.Reason.MALFORMED, "it is not; send another");
    Answer answer = protocol.refuse(refusal, headers(SECOND, "snappy"));

    assertThat(answer.status()).isEqualTo(400);
    for (String what : new String[] {"samples", "histograms", "exemplars"}) {
      assertThat(answer.headers().get("x-prometheus-remote-write-" + what + "-written"))
          .isEqualTo("0");
    }
    assertThat(
            protocol
                .refuse(refusal, headers("application/x-protobuf", "snappy"))
                .headers()
                .isEmpty())
        .isTrue();
  }

  @Test
  void leavesToLokiWhatDoesNotSayThatItIsRemoteWrite() {
    RequestHeaders plain = headers("application/x-protobuf", "snappy");
    RequestHeaders versioned =
        plain.toBuilder().add("x-prometheus-remote-write-version", "0.1.0").build();

    assertThat(protocol.recognises(plain)).isFalse();
    assertThat(protocol.recognises(versioned)).isTrue();
    assertThat(protocol.recognises(headers(SECOND, "snappy"))).isTrue();
    assertThat(protocol.recognises(headers("application/json", "identity"))).isFalse();
    RequestHeaders untyped = RequestHeaders.of(HttpMethod.POST, "/api/prom/push");
    assertThat(protocol.recognises(untyped)).isFalse();
    assertThat(
            protocol.recognises(
                untyped.toBuilder().add("x-prometheus-remote-write-version", "0.1.0").build()))
        .isTrue();
  }
}
