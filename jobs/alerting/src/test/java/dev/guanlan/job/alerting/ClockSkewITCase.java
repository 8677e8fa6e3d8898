package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guanlan.codec.remotewrite.RemoteWriteEncoder;
import dev.guanlan.connector.kafka.rules.RuleGroupTopic;
import dev.guanlan.job.common.JobEnvironment;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawHeaders;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Topics;
import dev.guanlan.rules.RuleFiles;
import dev.guanlan.schema.AlertTransition;
import dev.guanlan.schema.DeadLetter;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.testing.KafkaExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A sender whose clock is a day ahead")
final class ClockSkewITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final RecordFormat<AlertTransition> TRANSITIONS =
      RecordFormat.of(AlertTransition.class);
  private static final RecordFormat<DeadLetter> DEAD_LETTERS = RecordFormat.of(DeadLetter.class);

  @TempDir Path checkpoints;

  private final String run = UUID.randomUUID().toString();
  private @Nullable KeptCounters counters;

  @Test
  @DisplayName("moves nobody's ticks, fires nothing, and is counted and in the dead letters")
  void aDayAhead() throws Exception {
    KAFKA.createPlatformTopics(2);
    String rules =
        """
        groups:
          - name: skew
            interval: 1s
            rules:
              - {alert: Down, expr: "up{run='RUN'} == 0"}
              - {alert: Gone, expr: "absent(up{run='RUN', host='good'})", for: 10s}
        """
            .replace("RUN", run);
    RuleGroupTopic topic = new RuleGroupTopic(KAFKA.bootstrapServers());
    String file = run + ".yaml";
    topic.replace(RawRecord.ANONYMOUS, Set.of(file), RuleFiles.parse(rules, file));
    JobClient job = start();
    try (Senders senders = new Senders()) {
      awaitWhileSending(senders, () -> count(AlertingNames.TICKS) >= 3);
      senders.up = 0;
      awaitWhileSending(senders, () -> moves("Down").contains("good INACTIVE→FIRING"));
      senders.up = 1;
      awaitWhileSending(senders, () -> moves("Down").contains("good FIRING→RESOLVED"));
      awaitWhileSending(senders, () -> deadLetters().size() >= 3);

      assertThat(moves("Down"))
          .as("those that are ahead say all the time that they are down")
          .containsExactly("good INACTIVE→FIRING", "good FIRING→RESOLVED");
      assertThat(moves("Gone"))
          .as("event time stays with the good sender")
          .noneMatch(move -> move.endsWith("FIRING"));
      assertThat(transitions())
          .allMatch(move -> move.getTimestampMillis() <= System.currentTimeMillis());
      assertThat(deadLetters())
          .allMatch(letter -> letter.getJob().equals("alerting"))
          .allMatch(letter -> letter.getReason().contains("more than 10 minutes ahead of"))
          .allMatch(letter -> letter.getPayloadBytes() > 0);
      assertThat(deadLetters())
          .as("of those that came alone, and of those that came with one of another's")
          .extracting(letter -> letter.getEntriesTaken() + "+" + letter.getEntriesLeftOut())
          .contains("0+0", "1+2")
          .containsOnly("0+0", "1+2");
      assertThat(count("entriesAhead")).isGreaterThan(count("deadLetters"));
      assertThat(count(AlertingNames.LATE)).as("nobody is late").isZero();
    } finally {
      job.cancel().get();
      topic.replace(RawRecord.ANONYMOUS, Set.of(file), List.of());
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void awaitWhileSending(Senders senders, Condition condition) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              senders.send();
              return condition.holds();
            });
  }

  private JobClient start() throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(1));
    configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    counters = KeptCounters.of(configuration);
    StreamExecutionEnvironment env =
        JobEnvironment.prepare(StreamExecutionEnvironment.createLocalEnvironment(2, configuration));
    AlertingJob.build(
        env,
        AlertingJob.options(
            "--kafka.bootstrap-servers",
            KAFKA.bootstrapServers(),
            "--kafka.group-id",
            "it-" + run,
            "--kafka.transactional-id-prefix",
            "it-" + run,
            "--source.start",
            "latest",
            "--watermark.lag",
            "2 s",
            "--watermark.idle-timeout",
            "1 h",
            "--watermark.start-timeout",
            "15 s",
            "--alertmanager.urls",
            ""));
    return env.executeAsync("clock skew it");
  }

  private long count(String name) {
    return Objects.requireNonNull(counters).sum(name);
  }

  private List<AlertTransition> transitions() throws Exception {
    return read(
        Topics.ALERTS, TRANSITIONS, transition -> run.equals(transition.getLabels().get("run")));
  }

  /** Returns how the alerts of a name have moved, each behind the host that it is of. */
  private List<String> moves(String alert) throws Exception {
    return transitions().stream()
        .filter(move -> move.getAlert().equals(alert))
        .map(
            move ->
                move.getLabels().getOrDefault("host", "")
                    + ' '
                    + move.getFrom()
                    + '→'
                    + move.getTo())
        .toList();
  }

  private List<DeadLetter> deadLetters() throws Exception {
    return read(
        Topics.DEAD_LETTERS,
        DEAD_LETTERS,
        letter -> letter.getTopic().equals(Topics.PROMETHEUS_REMOTE_WRITE));
  }

  private static <T extends SpecificRecordBase> List<T> read(
      String topic, RecordFormat<T> format, Predicate<T> chosen) throws Exception {
    List<T> records = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : KAFKA.committed(topic)) {
      T value = format.decode(record.value());
      if (chosen.test(value)) {
        records.add(value);
      }
    }
    return records;
  }

  /** Sends the samples of a good clock and of one that is ahead, apart and together. */
  private final class Senders implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, KAFKA.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    private double up = 1;

    private Labels up(String host) {
      return Labels.of("__name__", "up", "run", run, "host", host);
    }

    private void send() throws Exception {
      long now = System.currentTimeMillis();
      send(block().series(up("ahead")).sample(now + DAY, 0));
      send(
          block()
              .series(up("also-ahead"))
              .sample(now + DAY, 0)
              .sample(now + DAY + 1, 0)
              .series(up("good"))
              .sample(now, up));
    }

    private SampleBlock.Builder block() {
      return SampleBlock.builder(RawRecord.ANONYMOUS, Origin.NONE);
    }

    private void send(SampleBlock.Builder block) throws Exception {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(
              Topics.PROMETHEUS_REMOTE_WRITE,
              0,
              null,
              new RemoteWriteEncoder().encode(block.build()));
      record
          .headers()
          .add(
              RawHeaders.ENCODING,
              Encoding.PROMETHEUS_REMOTE_WRITE.getBytes(StandardCharsets.UTF_8));
      producer.send(record).get();
    }

    @Override
    public void close() {
      producer.close();
    }
  }
}
