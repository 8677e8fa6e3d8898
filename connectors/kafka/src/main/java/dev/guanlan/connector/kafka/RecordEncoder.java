package dev.guanlan.connector.kafka;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Makes a Kafka record of an element. Called by one thread; must be serializable.
 *
 * @param <T> what is written
 */
public interface RecordEncoder<T> extends Serializable {

  /** Returns the record's key, which also chooses its partition; null for any partition. */
  byte @Nullable [] key(T element);

  /** Returns the record's value, or null for a tombstone. */
  byte @Nullable [] value(T element);

  /** Adds the record's headers; by default none. */
  default void addHeaders(T element, Headers headers) {}

  /** Returns text as Kafka keys and headers hold it. */
  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Returns this encoder as Flink's sink takes it. */
  default KafkaRecordSerializationSchema<T> toTopic(String topic) {
    return (element, context, timestamp) -> {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(topic, key(element), value(element));
      addHeaders(element, record.headers());
      return record;
    };
  }
}
