package dev.guanlan.gateway.push;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcPartsTest {

  @ParameterizedTest
  @CsvSource({
    "1H, PT1H",
    "2M, PT2M",
    "30S, PT30S",
    "1500m, PT1.5S",
    "99u, PT0.001S",
    "1n, PT0.001S"
  })
  void timeoutsHaveDigitsAndAUnit(String text, Duration expected) {
    assertThat(GrpcTimeout.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "S", "10", "-1S", "1s", "123456789S", "1 S"})
  void otherTextsAreNone(String text) {
    assertThat(GrpcTimeout.parse(text)).isNull();
  }

  @Test
  void aFrameComesOutAsItWentIn() throws Refusal {
    byte[] message = {1, 2, 3};
    Exchange.Content plain = GrpcFrame.unwrap(GrpcFrame.wrap(message), Compression.GZIP);
    assertThat(plain.bytes()).isEqualTo(message);
    assertThat(plain.compression()).isEqualTo(Compression.NONE);
  }
}
