package dev.guanlan.job.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A job's environment")
final class JobEnvironmentTest {

  private static StreamExecutionEnvironment prepared(Configuration cluster) {
    return JobEnvironment.prepare(StreamExecutionEnvironment.createLocalEnvironment(1, cluster));
  }

  @Test
  @DisplayName("is safe by default")
  void defaults() {
    ReadableConfig config = prepared(new Configuration()).getConfiguration();

    assertThat(config.get(PipelineOptions.OBJECT_REUSE)).isTrue();
    assertThat(config.get(CheckpointingOptions.CHECKPOINTING_INTERVAL))
        .isEqualTo(Duration.ofSeconds(5));
    assertThat(config.get(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE))
        .isEqualTo(CheckpointingMode.EXACTLY_ONCE);
    assertThat(config.get(CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION))
        .isEqualTo(ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    assertThat(config.get(RestartStrategyOptions.RESTART_STRATEGY)).isEqualTo("exponential-delay");
  }

  @Test
  @DisplayName("leaves what the cluster configures")
  void clusterGoesBefore() {
    Configuration cluster = new Configuration();
    cluster.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(30));
    cluster.set(RestartStrategyOptions.RESTART_STRATEGY, "disable");
    cluster.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.DELETE_ON_CANCELLATION);

    ReadableConfig config = prepared(cluster).getConfiguration();

    assertThat(config.get(CheckpointingOptions.CHECKPOINTING_INTERVAL))
        .isEqualTo(Duration.ofSeconds(30));
    assertThat(config.get(RestartStrategyOptions.RESTART_STRATEGY)).isEqualTo("disable");
    assertThat(config.get(CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION))
        .isEqualTo(ExternalizedCheckpointRetention.DELETE_ON_CANCELLATION);
  }

  @Test
  @DisplayName("refuses an operator without a uid")
  void uidIsNeeded() {
    StreamExecutionEnvironment env = prepared(new Configuration());
    env.fromSequence(1, 2)
        .uid("numbers")
        .map(number -> number)
        .returns(Types.LONG)
        .sinkTo(new DiscardingSink<>())
        .uid("nowhere");

    assertThatThrownBy(env::getStreamGraph)
        .hasStackTraceContaining("Auto generated UIDs have been disabled");
  }

  @Test
  @DisplayName("refuses a type that only Kryo can write")
  void genericTypes() {
    StreamExecutionEnvironment env = prepared(new Configuration());
    TypeInformation<Object> generic = Types.GENERIC(Object.class);

    assertThatThrownBy(() -> generic.createSerializer(env.getConfig().getSerializerConfig()))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("Generic types have been disabled");
  }
}
