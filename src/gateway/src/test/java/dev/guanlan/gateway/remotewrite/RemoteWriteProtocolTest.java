package dev.guanlan.gateway.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import dev.guanlan.gateway.push.Answer;
import dev.guanlan.gateway.push.PushProtocol.Form;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.model.Topics;
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
  }
}
