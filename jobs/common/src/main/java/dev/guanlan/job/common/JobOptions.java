package dev.guanlan.job.common;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.util.TimeUtils;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * Holds what a job was told on its command line: {@code --key value} pairs, checked against the
 * options that all jobs share and those that the job declares. Read once, when the job is built.
 */
public final class JobOptions {

  /** Where Kafka is. */
  public static final ConfigOption<String> KAFKA_BOOTSTRAP_SERVERS =
      ConfigOptions.key("kafka.bootstrap-servers")
          .stringType()
          .defaultValue("127.0.0.1:9092")
          .withDescription("Where Kafka is, as host:port,host:port.");

  /** The consumer group that offsets are committed for. */
  public static final ConfigOption<String> KAFKA_GROUP_ID =
      ConfigOptions.key("kafka.group-id")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Consumer group that offsets are committed for; guanlan- and the job's name if unset.");

  /** What the ids of Kafka transactions begin with. */
  public static final ConfigOption<String> KAFKA_TRANSACTIONAL_ID_PREFIX =
      ConfigOptions.key("kafka.transactional-id-prefix")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "What the ids of the job's Kafka transactions begin with; guanlan- and the job's name if unset."
                  + " Two jobs on one Kafka must not share it.");

  /** How long a compacted topic may take to be read when an operator opens. */
  public static final ConfigOption<Duration> KAFKA_READ_TIMEOUT =
      ConfigOptions.key("kafka.read-timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(60))
          .withDescription("How long reading a whole compacted topic may take, more than 0.");

  /** How much out of order samples may come. */
  public static final ConfigOption<Duration> WATERMARK_LAG =
      ConfigOptions.key("watermark.lag")
          .durationType()
          .defaultValue(Duration.ofSeconds(2))
          .withDescription(
              "How far event time stays behind the newest sample of a partition; samples within it"
                  + " may come in any order. 0 or more.");

  /** How much out of order the samples of single topics may come. */
  public static final ConfigOption<Map<String, String>> WATERMARK_LAGS =
      ConfigOptions.key("watermark.lags")
          .mapType()
          .defaultValue(Map.of())
          .withDescription(
              "For the alerting job: the same for topics whose samples take longer, as"
                  + " topic:duration,topic:duration; the longest until a partition's first record."
                  + " Event time is that of the slowest partition.");

  /** How late samples may be that event time waits for. */
  public static final ConfigOption<Duration> WATERMARK_MAX_DELAY =
      ConfigOptions.key("watermark.max-delay")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "For the alerting job: how far event time stays behind the receipt of a partition's"
                  + " samples at most, and the lag behind that. A sender that is later, with a"
                  + " backlog or a clock that is behind, is late alone, and holds nobody up, while"
                  + " another partition of its task is on time or there is none. Receipt is by the"
                  + " gateway's clock, or the broker's where a topic has LogAppendTime; event time"
                  + " waits for other samples however late they are. More than 0.");

  /** How long a partition may be silent. */
  public static final ConfigOption<Duration> WATERMARK_IDLE_TIMEOUT =
      ConfigOptions.key("watermark.idle-timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(5))
          .withDescription(
              "How long a partition is silent before its event time follows the wall clock, this"
                  + " long and the lag behind it. More than 0.");

  /** How long a partition may be silent after a start. */
  public static final ConfigOption<Duration> WATERMARK_START_TIMEOUT =
      ConfigOptions.key("watermark.start-timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(15))
          .withDescription(
              "How long after a start a partition may give its first record before its event time"
                  + " follows the wall clock; longer than Kafka takes to answer then, or what waits"
                  + " in the partition comes late. More than 0.");

  /** Where a source begins that has no checkpoint. */
  public static final ConfigOption<Start> SOURCE_START =
      ConfigOptions.key("source.start")
          .enumType(Start.class)
          .defaultValue(Start.COMMITTED)
          .withDescription(
              "Where to begin without a checkpoint: earliest, latest, or committed (the group's"
                  + " offsets; earliest where there are none).");

  /** The encoding that records without headers have. */
  public static final ConfigOption<Map<String, String>> SOURCE_ENCODINGS =
      ConfigOptions.key("source.encodings")
          .mapType()
          .defaultValue(Map.of())
          .withDescription(
              "Encoding of records without an encoding header, as topic:encoding,topic:encoding; a"
                  + " name that ends in a dot stands for all topics that begin with it. For topics"
                  + " that are not named, the platform's own.");

  /** Says where a source begins that has no checkpoint. */
  public enum Start {
    /** With the oldest record. */
    EARLIEST,
    /** With what comes from now on. */
    LATEST,
    /** Where the consumer group stood; with the oldest record where it stood nowhere. */
    COMMITTED
  }

  private static final List<ConfigOption<?>> SHARED =
      List.of(
          KAFKA_BOOTSTRAP_SERVERS,
          KAFKA_GROUP_ID,
          KAFKA_TRANSACTIONAL_ID_PREFIX,
          KAFKA_READ_TIMEOUT,
          WATERMARK_LAG,
          WATERMARK_LAGS,
          WATERMARK_MAX_DELAY,
          WATERMARK_IDLE_TIMEOUT,
          WATERMARK_START_TIMEOUT,
          SOURCE_START,
          SOURCE_ENCODINGS);

  private final String job;
  private final Map<String, ConfigOption<?>> declared;
  private final Configuration values;

  private JobOptions(String job, Map<String, ConfigOption<?>> declared, Configuration values) {
    this.job = job;
    this.declared = declared;
    this.values = values;
  }

  /**
   * Reads a command line.
   *
   * @param job the job's name, as {@code ingest}; names its consumer group and transactions
   * @param args {@code --key value} pairs
   * @param own the options that the job has besides those that all jobs share
   * @throws IllegalArgumentException if an option is unknown, given twice, lacks its value, or its
   *     value cannot be
   */
  public static JobOptions parse(String job, String[] args, ConfigOption<?>... own) {
    Map<String, ConfigOption<?>> declared = new LinkedHashMap<>();
    SHARED.forEach(option -> declared.put(option.key(), option));
    Arrays.asList(own).forEach(option -> declared.put(option.key(), option));
    JobOptions options = new JobOptions(job, declared, CommandLine.read(args, declared.keySet()));
    declared.values().forEach(options::check);
    options.checkAtLeast(WATERMARK_LAG, Duration.ZERO);
    options.watermarkLags();
    options.checkAtLeast(WATERMARK_MAX_DELAY, Duration.ofMillis(1));
    options.checkAtLeast(WATERMARK_IDLE_TIMEOUT, Duration.ofMillis(1));
    options.checkAtLeast(WATERMARK_START_TIMEOUT, Duration.ofMillis(1));
    options.checkAtLeast(KAFKA_READ_TIMEOUT, Duration.ofMillis(1));
    return options;
  }

  /** Returns every option that the job knows, those that all jobs share first. */
  public List<ConfigOption<?>> declared() {
    return new ArrayList<>(declared.values());
  }

  /**
   * Returns the lags of topics that have one of their own.
   *
   * @throws IllegalArgumentException if one is no duration, or less than 0
   */
  Map<String, Duration> watermarkLags() {
    Map<String, Duration> lags = new HashMap<>();
    get(WATERMARK_LAGS)
        .forEach(
            (topic, text) -> {
              try {
                lags.put(topic, TimeUtils.parseDuration(text));
              } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                    "--%s names %s for the topic %s, which is no duration of 0 or more, such as 10s"
                        .formatted(WATERMARK_LAGS.key(), text, topic),
                    e);
              }
            });
    return lags;
  }

  /** Returns the job's name. */
  public String job() {
    return job;
  }

  /**
   * Returns an option's value, or its default.
   *
   * @throws IllegalArgumentException if it was not given and has no default
   */
  public <T> T get(ConfigOption<T> option) {
    return find(option)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the job %s needs the option --%s: %s"
                        .formatted(job, option.key(), CommandLine.describe(option))));
  }

  /** Returns an option's value or its default; empty if it was not given and has none. */
  public <T> Optional<T> find(ConfigOption<T> option) {
    if (!declared.containsKey(option.key())) {
      throw new IllegalStateException(
          "the job %s reads the option %s but does not declare it".formatted(job, option.key()));
    }
    return option.hasDefaultValue() ? Optional.of(values.get(option)) : values.getOptional(option);
  }

  /**
   * Reads a secret from the file that an option names, without the line end at its end.
   *
   * @return the secret; empty if the option was not given
   * @throws IllegalArgumentException if the file cannot be read
   */
  public Optional<String> secret(ConfigOption<String> fileOption) {
    return find(fileOption)
        .map(
            file -> {
              try {
                return Files.readString(Path.of(file)).stripTrailing();
              } catch (IOException e) {
                throw new IllegalArgumentException(
                    "the file %s of the option --%s cannot be read (%s); check that it is there and readable"
                        .formatted(CommandLine.quote(file), fileOption.key(), e.getMessage()),
                    e);
              }
            });
  }

  /** Returns where Kafka is. */
  public String bootstrapServers() {
    return get(KAFKA_BOOTSTRAP_SERVERS);
  }

  /** Returns the consumer group that offsets are committed for. */
  public String groupId() {
    return find(KAFKA_GROUP_ID).orElse("guanlan-" + job);
  }

  /**
   * Returns what the transactional ids of one sink begin with.
   *
   * @param sink name of the sink, different from the job's other sinks
   */
  public String transactionalIdPrefix(String sink) {
    return find(KAFKA_TRANSACTIONAL_ID_PREFIX).orElse("guanlan-" + job) + "-" + sink;
  }

  /** Returns settings for a Kafka consumer that joins no group, as reads a compacted topic. */
  public Properties consumerProperties() {
    Properties properties = new Properties();
    properties.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    return properties;
  }

  // The connector's own signature asks for Kafka's deprecated enumeration.
  @SuppressWarnings("deprecation")
  OffsetsInitializer startingOffsets() {
    return switch (get(SOURCE_START)) {
      case EARLIEST -> OffsetsInitializer.earliest();
      case LATEST -> OffsetsInitializer.latest();
      case COMMITTED ->
          OffsetsInitializer.committedOffsets(
              org.apache.kafka.clients.consumer.OffsetResetStrategy.EARLIEST);
    };
  }

  private void check(ConfigOption<?> option) {
    try {
      values.getOptional(option);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the option --%s cannot be %s: %s"
              .formatted(
                  option.key(),
                  CommandLine.quote(values.toMap().getOrDefault(option.key(), "")),
                  CommandLine.describe(option)),
          e);
    }
  }

  private void checkAtLeast(ConfigOption<Duration> option, Duration least) {
    Duration given = get(option);
    if (given.compareTo(least) < 0) {
      throw new IllegalArgumentException(
          "the option --%s cannot be %s: %s"
              .formatted(option.key(), given, CommandLine.describe(option)));
    }
  }
}
