package dev.guanlan.job.common;

import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Makes the environment that jobs are built in. What keeps state safe is set for good; the rest are
 * defaults that the cluster's configuration goes before.
 */
public final class JobEnvironment {

  private JobEnvironment() {}

  /** Makes the environment of the cluster that runs this program. */
  public static StreamExecutionEnvironment create() {
    return prepare(StreamExecutionEnvironment.getExecutionEnvironment());
  }

  /**
   * Prepares an environment for a job.
   *
   * <p>Always: objects are reused, since blocks never change; generic types and made-up uids are
   * errors; checkpoints are exactly-once. Unless configured: a checkpoint every 5 s, kept when the
   * job is cancelled; restarts after 1 s, then ever later up to 1 minute, without end.
   */
  public static StreamExecutionEnvironment prepare(StreamExecutionEnvironment env) {
    ReadableConfig given = env.getConfiguration();
    Configuration chosen = new Configuration();
    chosen.set(PipelineOptions.OBJECT_REUSE, true);
    chosen.set(PipelineOptions.GENERIC_TYPES, false);
    chosen.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
    chosen.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
    setUnlessGiven(
        given, chosen, CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(5));
    setUnlessGiven(
        given, chosen, CheckpointingOptions.CHECKPOINTING_TIMEOUT, Duration.ofMinutes(2));
    setUnlessGiven(
        given,
        chosen,
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    if (given.getOptional(RestartStrategyOptions.RESTART_STRATEGY).isEmpty()) {
      chosen.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
      setUnlessGiven(
          given,
          chosen,
          RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
          Duration.ofSeconds(1));
      setUnlessGiven(
          given,
          chosen,
          RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
          Duration.ofMinutes(1));
    }
    env.configure(chosen);
    return env;
  }

  private static <T> void setUnlessGiven(
      ReadableConfig given, Configuration chosen, ConfigOption<T> option, T value) {
    if (given.getOptional(option).isEmpty()) {
      chosen.set(option, value);
    }
  }
}
