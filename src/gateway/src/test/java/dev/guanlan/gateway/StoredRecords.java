package dev.guanlan.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.guanlan.model.Origin;
import dev.guanlan.model.RawRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads back what the gateway put on Kafka. */
final class StoredRecords {

  private final String bootstrapServers;

  StoredRecords(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /** Returns all of a topic, as the jobs see it. */
  List<RawRecord> of(String topic) {
    List<RawRecord> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long end = consumer.endOffsets(partitions).values().stream().mapToLong(o -> o).sum();
      while (partitions.stream().mapToLong(consumer::position).sum() < end) {
        for (ConsumerRecord<byte[], byte[]> read : consumer.poll(Duration.ofMillis(200))) {
          records.add(
              new RawRecord(
                  header(read, "tenant"),
                  header(read, "encoding"),
                  read.timestamp(),
                  read.key(),
                  read.value(),
                  new Origin(topic, read.partition(), read.offset())));
        }
      }
    }
    return records;
  }

  /** Returns the record of a topic whose payload is {@code body}; fails if there is none. */
  RawRecord of(String topic, byte[] body) {
    return of(topic).stream()
        .filter(read -> Arrays.equals(read.payload(), body))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no record with these bytes on " + topic));
  }

  private static String header(ConsumerRecord<byte[], byte[]> from, String name) {
    Header header = from.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), UTF_8);
  }
}
