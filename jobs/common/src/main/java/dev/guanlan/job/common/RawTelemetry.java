package dev.guanlan.job.common;

import dev.guanlan.model.FlowBlock;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.model.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * Reads raw telemetry from Kafka as blocks, with event time told for each partition. What cannot be
 * decoded, or is left out, leaves by the side output {@link DeadLetters#TAG} of the stream
 * returned.
 */
public final class RawTelemetry {

  private RawTelemetry() {}

  /** Reads samples from topics of metrics. */
  public static SingleOutputStreamOperator<SampleBlock> samples(
      StreamExecutionEnvironment env, JobOptions options, String uid, String... topics) {
    return read(env, options, uid, RawFormat.SAMPLES, topics);
  }

  /**
   * Reads samples from topics of metrics, but those whose time is ahead of that of their receipt by
   * more than ten minutes; a record that has such leaves as a dead letter, too. Event time is told
   * with each block, and does not wait for senders that are late by more than {@link
   * JobOptions#WATERMARK_MAX_DELAY}.
   */
  public static SingleOutputStreamOperator<SampleBlock> samplesNotAhead(
      StreamExecutionEnvironment env, JobOptions options, String uid, String... topics) {
    HashMap<String, Duration> lags = new HashMap<>(options.watermarkLags());
    Duration others = options.get(JobOptions.WATERMARK_LAG);
    Duration longest = others;
    for (Map.Entry<String, Duration> lag : lags.entrySet()) {
      if (!List.of(topics).contains(lag.getKey())) {
        throw new IllegalArgumentException(
            "--%s names the topic %s, which is not read; there are %s"
                .formatted(
                    JobOptions.WATERMARK_LAGS.key(), lag.getKey(), String.join(", ", topics)));
      }
      longest = lag.getValue().compareTo(longest) > 0 ? lag.getValue() : longest;
    }
    // Which topic a partition is of is known from its first record; until then it waits longest.
    EventTimeWatermarks.Settings eventTime =
        EventTimeWatermarks.Settings.of(options, true).withLag(longest);
    return read(
        env,
        options,
        uid,
        RawFormat.SAMPLES_NOT_AHEAD,
        new EventTimeWatermarks<>(
            eventTime,
            block -> lags.getOrDefault(block.origin().topic(), others),
            Clock.systemUTC()),
        topics);
  }

  /** Reads log entries. */
  public static SingleOutputStreamOperator<LogBlock> logs(
      StreamExecutionEnvironment env, JobOptions options, String uid, String... topics) {
    return read(env, options, uid, RawFormat.LOGS, topics);
  }

  /** Reads spans. */
  public static SingleOutputStreamOperator<SpanBlock> spans(
      StreamExecutionEnvironment env, JobOptions options, String uid, String... topics) {
    return read(env, options, uid, RawFormat.SPANS, topics);
  }

  /** Reads network flows. */
  public static SingleOutputStreamOperator<FlowBlock> flows(
      StreamExecutionEnvironment env, JobOptions options, String uid, String... topics) {
    return read(env, options, uid, RawFormat.FLOWS, topics);
  }

  /** Reads the resources of OTLP metrics and of inventories, and only these. */
  public static SingleOutputStreamOperator<ResourceBlock> resources(
      StreamExecutionEnvironment env, JobOptions options, String uid, String... topics) {
    return read(env, options, uid, RawFormat.RESOURCES, topics);
  }

  /**
   * Reads blocks of any kind.
   *
   * @param env the job's environment
   * @param options where Kafka is, where to begin, how event time follows
   * @param uid names the source for good, as {@code read-metrics}; the step that parts blocks from
   *     dead letters has the same with {@code -decoded} behind
   * @param format how records become blocks
   * @param topics what is read; a name that ends in a dot stands for all topics that begin with it,
   *     also those that come later
   */
  public static <B> SingleOutputStreamOperator<B> read(
      StreamExecutionEnvironment env,
      JobOptions options,
      String uid,
      RawFormat<B> format,
      String... topics) {
    return read(
        env,
        options,
        uid,
        format,
        new EventTimeWatermarks<>(
            EventTimeWatermarks.Settings.of(options, false), Clock.systemUTC()),
        topics);
  }

  private static <B> SingleOutputStreamOperator<B> read(
      StreamExecutionEnvironment env,
      JobOptions options,
      String uid,
      RawFormat<B> format,
      WatermarkStrategy<Decoded<B>> watermarks,
      String... topics) {
    KafkaSourceBuilder<Decoded<B>> source =
        source(options, uid, format)
            .setStartingOffsets(options.startingOffsets())
            .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    if (Stream.of(topics).anyMatch(TopicEncodings::isPrefix)) {
      source.setTopicPattern(TopicEncodings.pattern(topics));
    } else {
      source.setTopics(List.of(topics));
    }
    return part(
        env.fromSource(source.build(), watermarks, "read " + String.join(", ", topics)),
        uid,
        format);
  }

  /**
   * Reads what rules record, for the job that records it: what one group records, others look at.
   *
   * <ul>
   *   <li>Event time neither waits for these samples nor follows them: they come behind the tick
   *       that made them, which would hold back the next.
   *   <li>They are read as soon as they are written, not when the checkpoint commits them. After a
   *       failure some are there twice, once in a transaction that was aborted. That does no harm:
   *       a tick that is evaluated again records the same at the same times, and of several samples
   *       at one time a window keeps the first.
   *   <li>Without a checkpoint the newest are the first: those before belong to ticks that are
   *       over.
   * </ul>
   */
  public static SingleOutputStreamOperator<SampleBlock> recorded(
      StreamExecutionEnvironment env, JobOptions options, String uid) {
    KafkaSource<Decoded<SampleBlock>> source =
        source(options, uid, RawFormat.SAMPLES)
            .setStartingOffsets(OffsetsInitializer.latest())
            .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted")
            .setTopics(Topics.RECORDED_METRICS)
            .build();
    return part(
        env.fromSource(source, ChangeWatermarks.strategy(), "read " + Topics.RECORDED_METRICS),
        uid,
        RawFormat.SAMPLES);
  }

  private static <B> KafkaSourceBuilder<Decoded<B>> source(
      JobOptions options, String uid, RawFormat<B> format) {
    TopicEncodings encodings = TopicEncodings.with(options.get(JobOptions.SOURCE_ENCODINGS));
    return KafkaSource.<Decoded<B>>builder()
        .setBootstrapServers(options.bootstrapServers())
        .setGroupId(options.groupId())
        .setClientIdPrefix(options.groupId() + "-" + uid)
        .setProperty(KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(), "60000")
        .setDeserializer(
            new DecodedDeserializer<>(
                options.job(),
                encodings,
                format,
                options.get(JobOptions.WATERMARK_MAX_DELAY),
                Clock.systemUTC()));
  }

  private static <B> SingleOutputStreamOperator<B> part(
      DataStreamSource<Decoded<B>> decoded, String uid, RawFormat<B> format) {
    return decoded
        .uid(uid)
        .process(new Parting<>())
        .returns(format.type())
        .name("part blocks from dead letters")
        .uid(uid + "-decoded");
  }

  /** Parts blocks from dead letters. */
  static final class Parting<B> extends ProcessFunction<Decoded<B>, B> {

    @Override
    public void processElement(Decoded<B> decoded, Context context, Collector<B> out) {
      B block = decoded.block();
      if (block != null) {
        out.collect(block);
      }
      if (decoded.deadLetter() != null) {
        context.output(DeadLetters.TAG, decoded.deadLetter());
      }
    }
  }
}
