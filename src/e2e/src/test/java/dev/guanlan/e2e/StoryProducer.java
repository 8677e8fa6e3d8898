package dev.guanlan.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.guanlan.codec.remotewrite.RemoteWriteEncoder;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.RawHeaders;
import dev.guanlan.model.Topics;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.schema.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Puts a story's samples onto the raw topics of metrics: each step has a record for every partition
 * of every topic, so that event time is that of the samples.
 */
final class StoryProducer implements AutoCloseable {

  /** What a header says is how a record is read, whatever topic it is on. */
  private static final List<String> TOPICS =
      List.of(Topics.PROMETHEUS_REMOTE_WRITE, Topics.OTLP_METRICS);

  private static final RecordFormat<Sample> HEARTBEAT = RecordFormat.of(Sample.class);

  private final RulerStory story;
  private final int partitions;
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<Future<?>> sent = new ArrayList<>();
  private final RemoteWriteEncoder encoder = new RemoteWriteEncoder();

  StoryProducer(RulerStory story, String bootstrapServers, int partitions) {
    this.story = story;
    this.partitions = partitions;
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "enable.idempotence", "true"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Returns how many parts a step comes in. */
  static int parts(int partitions) {
    return TOPICS.size() * partitions;
  }

  /** Sends a step, and returns when Kafka has it. */
  void send(int step) throws Exception {
    int parts = parts(partitions);
    for (int part = 0; part < parts; part++) {
      send(
          TOPICS.get(part / partitions),
          part % partitions,
          Encoding.PROMETHEUS_REMOTE_WRITE,
          encoder.encode(story.samples(step, part)));
    }
    Sample heartbeat =
        Sample.newBuilder()
            .setLabels(Map.of("__name__", "heartbeat"))
            .setTimestampMillis(story.millis(step))
            .setValue(step)
            .build();
    for (int partition = 0; partition < partitions; partition++) {
      // This topic has one encoding, as several jobs read it.
      send(Topics.TELEMETRY, partition, Encoding.AVRO, HEARTBEAT.encode(heartbeat));
    }
    producer.flush();
    for (Future<?> each : sent) {
      each.get();
    }
    sent.clear();
  }

  private void send(String topic, int partition, String encoding, byte[] body) {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, partition, null, body);
    record.headers().add(RawHeaders.ENCODING, encoding.getBytes(UTF_8));
    record.headers().add(RawHeaders.TENANT, RulerStory.TENANT.getBytes(UTF_8));
    sent.add(producer.send(record));
  }

  @Override
  public void close() {
    producer.close();
  }
}
