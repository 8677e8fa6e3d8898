package dev.guanlan.job.topology;

import dev.guanlan.job.common.JobOptions;
import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Declares the options that the topology job has besides those that all jobs share. */
final class TopologyOptions {

  static final ConfigOption<String> NEO4J_URI =
      ConfigOptions.key("neo4j.uri")
          .stringType()
          .defaultValue("bolt://127.0.0.1:7687")
          .withDescription("Where Neo4j is, as bolt://host:port or neo4j://host:port.");

  static final ConfigOption<String> NEO4J_USER =
      ConfigOptions.key("neo4j.user")
          .stringType()
          .defaultValue("neo4j")
          .withDescription("Whom to log in to Neo4j as, given a password file.");

  static final ConfigOption<String> NEO4J_PASSWORD_FILE =
      ConfigOptions.key("neo4j.password-file")
          .stringType()
          .noDefaultValue()
          .withDescription("File with Neo4j's password; without it the job logs in as nobody.");

  static final ConfigOption<Duration> REFRESH =
      ConfigOptions.key("topology.refresh")
          .durationType()
          .defaultValue(Duration.ofMinutes(5))
          .withDescription(
              "How often an entity or relation that is seen but does not change is written again,"
                  + " which tells when it was last seen. More than topology.settle.");

  static final ConfigOption<Duration> EXPIRE =
      ConfigOptions.key("topology.expire")
          .durationType()
          .defaultValue(Duration.ofDays(1))
          .withDescription(
              "After how long without being seen an entity or relation is gone. More than"
                  + " topology.refresh.");

  static final ConfigOption<Duration> SETTLE =
      ConfigOptions.key("topology.settle")
          .durationType()
          .defaultValue(Duration.ofSeconds(1))
          .withDescription(
              "How long after it was written an entity or relation that changes again waits, so"
                  + " that agents who disagree cannot flood the graph. More than 0.");

  static final ConfigOption<Duration> CALL_WAIT =
      ConfigOptions.key("topology.call-wait")
          .durationType()
          .defaultValue(Duration.ofSeconds(60))
          .withDescription(
              "How long the two spans of a call wait for each other before it leads outside. More"
                  + " than 0.");

  static final ConfigOption<Duration> CALL_WINDOW =
      ConfigOptions.key("topology.call-window")
          .durationType()
          .defaultValue(Duration.ofSeconds(10))
          .withDescription("How much time the statistics of calls sum up. More than 0.");

  private TopologyOptions() {}

  static JobOptions parse(String... args) {
    JobOptions options =
        JobOptions.parse(
            "topology",
            args,
            NEO4J_URI,
            NEO4J_USER,
            NEO4J_PASSWORD_FILE,
            REFRESH,
            EXPIRE,
            SETTLE,
            CALL_WAIT,
            CALL_WINDOW);
    checkMore(options, SETTLE, Duration.ZERO, "0");
    checkMore(options, CALL_WAIT, Duration.ZERO, "0");
    checkMore(options, CALL_WINDOW, Duration.ZERO, "0");
    checkMore(options, REFRESH, options.get(SETTLE), SETTLE.key());
    checkMore(options, EXPIRE, options.get(REFRESH), REFRESH.key());
    return options;
  }

  private static void checkMore(
      JobOptions options, ConfigOption<Duration> option, Duration less, String lessName) {
    Duration value = options.get(option);
    if (value.compareTo(less) <= 0) {
      throw new IllegalArgumentException(
          "the option --%s is %d ms, which is not more than %s (%d ms); give a longer time"
              .formatted(option.key(), value.toMillis(), lessName, less.toMillis()));
    }
  }
}
