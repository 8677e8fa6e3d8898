package dev.guanlan.job.common;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guanlan.codec.remotewrite.RemoteWriteEncoder;
import dev.guanlan.connector.kafka.RecordEncoder;
import dev.guanlan.connector.kafka.TransactionalSink;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Topics;
import dev.guanlan.schema.DeadLetter;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.testing.KafkaExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.serialization.SimpleStringSchema;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.functions.co.CoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A job that reads raw telemetry")
final class RawTelemetryITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final String raw = "raw-" + UUID.randomUUID();
  private final String seen = "seen-" + UUID.randomUUID();

  @TempDir Path state;

  @BeforeAll
  static void createDeadLetters() {
    KAFKA.createPlatformTopics(1);
  }

  @BeforeEach
  void createTopics() {
    KAFKA.createTopic(raw, 2);
    KAFKA.createTopic(seen, 1);
  }

  /** Writes lines of text. */
  private static final class Lines implements RecordEncoder<String> {
    @Override
    public byte[] key(String line) {
      return null;
    }

    @Override
    public byte[] value(String line) {
      return RecordEncoder.utf8(line);
    }
  }

  /** Tells where each block came from, and the event time that holds when it comes. */
  private static final class Tell extends ProcessFunction<SampleBlock, String> {
    @Override
    public void processElement(
        SampleBlock block,
        ProcessFunction<SampleBlock, String>.Context context,
        Collector<String> out) {
      out.collect(
          block.origin().partition()
              + "@"
              + block.origin().offset()
              + " after "
              + context.timerService().currentWatermark());
    }
  }

  /** Tells when event time has passed a second after each block. */
  private static final class Wait extends KeyedProcessFunction<Integer, SampleBlock, String> {
    @Override
    public void processElement(
        SampleBlock block,
        KeyedProcessFunction<Integer, SampleBlock, String>.Context context,
        Collector<String> out) {
      context.timerService().registerEventTimeTimer(context.timestamp() + 1_000);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<String> out) {
      out.collect("passed " + timestamp);
    }
  }

  /** Keeps blocks and forgets changes. */
  private static final class KeepBlocks
      extends CoProcessFunction<SampleBlock, String, SampleBlock> {
    @Override
    public void processElement1(
        SampleBlock block,
        CoProcessFunction<SampleBlock, String, SampleBlock>.Context context,
        Collector<SampleBlock> out) {
      out.collect(block);
    }

    @Override
    public void processElement2(
        String change,
        CoProcessFunction<SampleBlock, String, SampleBlock>.Context context,
        Collector<SampleBlock> out) {
      // Only the changes' event time matters here.
    }
  }

  private JobOptions options(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "--kafka.bootstrap-servers",
                KAFKA.bootstrapServers(),
                "--kafka.group-id",
                raw,
                "--kafka.transactional-id-prefix",
                raw,
                "--source.encodings",
                raw + ":prometheus_remote_write"));
    args.addAll(List.of(more));
    return JobOptions.parse("test", args.toArray(new String[0]));
  }

  private StreamExecutionEnvironment environment(int parallelism, String savepoint) {
    Configuration cluster = new Configuration();
    cluster.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, state.toUri().toString());
    cluster.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(300));
    if (!savepoint.isEmpty()) {
      cluster.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    }
    return JobEnvironment.prepare(
        StreamExecutionEnvironment.createLocalEnvironment(parallelism, cluster));
  }

  private JobClient start(
      StreamExecutionEnvironment env,
      JobOptions options,
      SingleOutputStreamOperator<SampleBlock> blocks,
      SingleOutputStreamOperator<String> lines)
      throws Exception {
    DeadLetters.sinkTo(options, blocks.getSideOutput(DeadLetters.TAG));
    lines
        .returns(Types.STRING)
        .uid("lines")
        .sinkTo(
            TransactionalSink.to(
                options.bootstrapServers(),
                seen,
                options.transactionalIdPrefix("seen"),
                new Lines()))
        .uid("seen");
    return env.executeAsync("test");
  }

  private JobClient tell(String savepoint, String... more) throws Exception {
    StreamExecutionEnvironment env = environment(1, savepoint);
    JobOptions options = options(more);
    SingleOutputStreamOperator<SampleBlock> blocks =
        RawTelemetry.samples(env, options, "read-samples", raw);
    return start(env, options, blocks, blocks.process(new Tell()));
  }

  private void produce(int partition, byte[]... payloads) throws Exception {
    Properties config = new Properties();
    config.setProperty("bootstrap.servers", KAFKA.bootstrapServers());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (byte[] payload : payloads) {
        producer.send(new ProducerRecord<>(raw, partition, null, payload)).get();
      }
    }
  }

  private static byte[] sampleAt(long millis) {
    return new RemoteWriteEncoder()
        .encode(
            SampleBlock.builder("anonymous", Origin.NONE)
                .series(Labels.of("__name__", "up", "job", "node"))
                .sample(millis, 1)
                .build());
  }

  private List<String> lines() {
    return KAFKA.committed(seen).stream().map(line -> new String(line.value(), UTF_8)).toList();
  }

  private List<String> origins() {
    return lines().stream().map(line -> line.substring(0, line.indexOf(' '))).sorted().toList();
  }

  private List<DeadLetter> deadLetters() throws Exception {
    RecordFormat<DeadLetter> format = RecordFormat.of(DeadLetter.class);
    List<DeadLetter> letters = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> letter : KAFKA.committed(Topics.DEAD_LETTERS)) {
      DeadLetter read = format.decode(letter.value());
      if (read.getTopic().equals(raw)) {
        letters.add(read);
      }
    }
    return letters;
  }

  @Test
  @DisplayName("goes on past garbage, and from a savepoint reads each record once")
  void garbageAndSavepoint() throws Exception {
    long now = System.currentTimeMillis();
    produce(0, sampleAt(now), "garbage".getBytes(UTF_8), sampleAt(now), new byte[] {5}, null);
    produce(1, sampleAt(now));
    JobClient first = tell("");
    await().atMost(PATIENCE).until(() -> lines().size() == 3 && deadLetters().size() == 3);
    String savepoint =
        first
            .stopWithSavepoint(false, state.toUri().toString(), SavepointFormatType.CANONICAL)
            .get(60, TimeUnit.SECONDS);

    produce(0, sampleAt(now), "more".getBytes(UTF_8));
    JobClient second = tell(savepoint);
    await().atMost(PATIENCE).until(() -> lines().size() >= 4 && deadLetters().size() >= 4);
    second.cancel().get(60, TimeUnit.SECONDS);

    assertThat(origins()).containsExactly("0@0", "0@2", "0@5", "1@0");
    assertThat(deadLetters())
        .extracting(DeadLetter::getOffset)
        .containsExactlyInAnyOrder(1L, 3L, 4L, 6L);
    DeadLetter garbage =
        deadLetters().stream().filter(letter -> letter.getOffset() == 1).findFirst().orElseThrow();
    assertThat(UTF_8.decode(garbage.getPayload()).toString()).isEqualTo("garbage");
    assertThat(garbage.getPartition()).isZero();
    assertThat(garbage.getJob()).isEqualTo("test");
  }

  @Test
  @DisplayName("lets event time go on when inputs fall silent, some tasks having none at all")
  void silence() throws Exception {
    long now = System.currentTimeMillis();
    produce(0, sampleAt(now));
    StreamExecutionEnvironment env = environment(3, "");
    JobOptions options =
        options("--watermark.start-timeout", "500 ms", "--watermark.idle-timeout", "500 ms");
    SingleOutputStreamOperator<SampleBlock> blocks =
        RawTelemetry.samples(env, options, "read-samples", raw);
    JobClient job =
        start(env, options, blocks, blocks.keyBy(block -> 0, Types.INT).process(new Wait()));

    await().atMost(PATIENCE).until(() -> lines().contains("passed " + (now + 1_000)));
    job.cancel().get(60, TimeUnit.SECONDS);
  }

  @Test
  @DisplayName("is not held back by a stream of changes, some of whose tasks have no partition")
  void changes() throws Exception {
    String topic = "changes-" + raw;
    KAFKA.createTopic(topic, 1);
    long now = System.currentTimeMillis();
    produce(0, sampleAt(now));
    StreamExecutionEnvironment env = environment(3, "");
    JobOptions options =
        options("--watermark.start-timeout", "500 ms", "--watermark.idle-timeout", "500 ms");
    SingleOutputStreamOperator<SampleBlock> blocks =
        RawTelemetry.samples(env, options, "read-samples", raw);
    DataStream<String> changes =
        env.fromSource(
                KafkaSource.<String>builder()
                    .setBootstrapServers(options.bootstrapServers())
                    .setTopics(topic)
                    .setValueOnlyDeserializer(new SimpleStringSchema())
                    .build(),
                ChangeWatermarks.strategy(),
                "changes")
            .uid("changes");
    JobClient job =
        start(
            env,
            options,
            blocks,
            blocks
                .connect(changes.broadcast())
                .process(new KeepBlocks())
                .returns(BlockTypes.SAMPLES)
                .uid("keep")
                .keyBy(block -> 0, Types.INT)
                .process(new Wait()));

    await().atMost(PATIENCE).until(() -> lines().contains("passed " + (now + 1_000)));
    job.cancel().get(60, TimeUnit.SECONDS);
  }

  @Test
  @DisplayName("does not let a partition that is empty push one that is catching up")
  void catchingUp() throws Exception {
    long anHourAgo = System.currentTimeMillis() - 3_600_000;
    produce(0, sampleAt(anHourAgo));
    JobClient job =
        tell("", "--watermark.start-timeout", "10 s", "--watermark.idle-timeout", "1 h");
    await().atMost(PATIENCE).until(() -> lines().size() == 1);
    // The other partition is to be silent for longer than the start timeout, whatever ran before.
    await().pollDelay(Duration.ofSeconds(11)).atMost(PATIENCE).until(() -> true);
    produce(0, sampleAt(anHourAgo + 10));
    await().atMost(PATIENCE).until(() -> lines().size() == 2);
    job.cancel().get(60, TimeUnit.SECONDS);

    assertThat(lines())
        .containsExactlyInAnyOrder(
            "0@0 after " + Long.MIN_VALUE, "0@1 after " + (anHourAgo - 2_000 - 1));
  }
}
