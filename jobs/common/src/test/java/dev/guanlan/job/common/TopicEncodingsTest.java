package dev.guanlan.job.common;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Encoding;
import dev.guanlan.model.Topics;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A topic's encoding")
final class TopicEncodingsTest {

  private final TopicEncodings encodings =
      TopicEncodings.with(
          Map.of("deepflow.odd.", "odd", "deepflow.odd.not", "not", "mine", "text"));

  @Test
  @DisplayName("is the platform's own by name, or by what the name begins with")
  void platform() {
    assertThat(encodings.of(Topics.TELEMETRY)).isEqualTo(Encoding.AVRO);
    assertThat(encodings.of("deepflow.flow_log.l4_flow_log")).isEqualTo(Encoding.DEEPFLOW_JSON);
    assertThat(encodings.of("cloudquery.aws_ec2_instances")).isEqualTo(Encoding.CLOUDQUERY_NDJSON);
    assertThat(encodings.of("unknown")).isNull();
    assertThat(encodings.of("unknown.too")).isNull();
  }

  @Test
  @DisplayName("is the user's first, the longer name before the shorter")
  void chosen() {
    assertThat(encodings.of("mine")).isEqualTo("text");
    assertThat(encodings.of("deepflow.odd.not")).isEqualTo("not");
    assertThat(encodings.of("deepflow.odd.x.y")).isEqualTo("odd");
    assertThat(encodings.of("deepflow.x")).isEqualTo(Encoding.DEEPFLOW_JSON);
  }

  @Test
  @DisplayName("has nothing to do with which topics are read: those named, and those of a prefix")
  void pattern() {
    var pattern = TopicEncodings.pattern("telemetry", "deepflow.flow_log.");
    assertThat(pattern.matcher("telemetry").matches()).isTrue();
    assertThat(pattern.matcher("deepflow.flow_log.l4_flow_log").matches()).isTrue();
    assertThat(pattern.matcher("telemetry2").matches()).isFalse();
    assertThat(pattern.matcher("deepflow.flow_log.").matches()).isFalse();
    assertThat(pattern.matcher("deepflowXflow_logXl4").matches()).isFalse();
  }
}
