package dev.guanlan.gateway;

import static dev.guanlan.testing.KafkaRecords.header;

import dev.guanlan.model.Origin;
import dev.guanlan.model.RawHeaders;
import dev.guanlan.model.RawRecord;
import dev.guanlan.testing.KafkaExtension;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads back what the gateway put on Kafka. */
final class StoredRecords {

  private final KafkaExtension kafka;

  StoredRecords(KafkaExtension kafka) {
    this.kafka = kafka;
  }

  /** Returns all of a topic, as the jobs see it. */
  List<RawRecord> of(String topic) {
    return kafka.committed(topic).stream().map(StoredRecords::raw).toList();
  }

  private static RawRecord raw(ConsumerRecord<byte[], byte[]> read) {
    return new RawRecord(
        header(read, RawHeaders.TENANT),
        header(read, RawHeaders.ENCODING),
        read.timestamp(),
        read.key(),
        read.value(),
        new Origin(read.topic(), read.partition(), read.offset()));
  }

  /** Returns the record of a topic whose payload is {@code body}; fails if there is none. */
  RawRecord of(String topic, byte[] body) {
    return of(topic).stream()
        .filter(read -> Arrays.equals(read.payload(), body))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no record with these bytes on " + topic));
  }
}
