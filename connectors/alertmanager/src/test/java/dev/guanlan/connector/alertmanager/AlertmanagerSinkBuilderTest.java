package dev.guanlan.connector.alertmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The builder of the sink")
final class AlertmanagerSinkBuilderTest {

  private static AlertmanagerSinkBuilder builder() {
    return AlertmanagerSink.builder().addPeers(List.of("dns+http://am:9093/prefix"));
  }

  private static void refuses(AlertmanagerSinkBuilder builder, String message) {
    assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageContaining(message);
  }

  @Test
  void makesASinkThatTravelsWithoutItsSecrets(@TempDir Path folder)
      throws IOException, ClassNotFoundException {
    Path file = Files.writeString(folder.resolve("password"), "hunter2");
    AlertmanagerSink sink = builder().setPasswordFile("me", file.toString()).build();
    byte[] bytes = InstantiationUtil.serializeObject(sink);
    assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("hunter2");
    Object read =
        InstantiationUtil.deserializeObject(bytes, AlertmanagerSink.class.getClassLoader());
    assertThat(read.toString()).isEqualTo("Alertmanager [dns+http://am:9093/prefix]");
  }

  @Test
  void refusesWhatCannotBe() {
    refuses(builder().setBatchSize(0), "the batch size must be at least 1");
    refuses(builder().setQueueCapacity(0), "the queue capacity must be at least 1");
    refuses(builder().setRequestTimeout(Duration.ZERO), "the request timeout must be from 1 ms");
    refuses(builder().setRefreshInterval(Duration.ofDays(1)), "the refresh interval must be from");
    refuses(
        builder().setRest(Duration.ofSeconds(2), Duration.ofSeconds(1)), "longer than the longest");
    refuses(builder().setFlushTimeout(Duration.ofMillis(-1)), "give 0 or more");
    refuses(builder().setPasswordFile("a:b", "/f"), "has a colon");
    refuses(builder().setPasswordFile("a", "/f").setTokenFile("/g"), "give one of them");
  }
}
