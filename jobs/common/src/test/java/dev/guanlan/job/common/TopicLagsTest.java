package dev.guanlan.job.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.model.Topics;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A topic with a lag of its own")
final class TopicLagsTest {

  private static void read(String lags) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    JobOptions options = JobOptions.parse("alerting", new String[] {"--watermark.lags", lags});
    RawTelemetry.samplesNotAhead(
            env, options, "read", Topics.PROMETHEUS_REMOTE_WRITE, Topics.OTLP_METRICS)
        .print();
    assertThat(env.getStreamGraph().getJobGraph().getNumberOfVertices()).isPositive();
  }

  @Test
  @DisplayName("is read, by a source that can be sent to where it runs")
  void isRead() throws Exception {
    read(Topics.OTLP_METRICS + ":10s");
  }

  @Test
  @DisplayName("has to be one that is read")
  void hasToBeRead() {
    assertThatThrownBy(() -> read("otlp_metric:10s"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("names the topic otlp_metric, which is not read")
        .hasMessageContaining(Topics.OTLP_METRICS);
  }
}
