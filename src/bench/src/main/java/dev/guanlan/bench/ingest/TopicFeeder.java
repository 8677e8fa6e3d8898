package dev.guanlan.bench.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.guanlan.model.RawHeaders;
import dev.guanlan.model.RawRecord;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.xerial.snappy.Snappy;

/** Puts the requests of a file on their raw topic, as the gateway would. */
final class TopicFeeder {

  private TopicFeeder() {}

  /**
   * Produces every request; returns when all are acknowledged.
   *
   * @param poisonEvery after how many requests a corrupt one is put in besides, in turn cut off and
   *     whole for snappy but cut off within; 0 for never
   */
  static void feed(RequestFile file, String bootstrapServers, int poisonEvery) throws IOException {
    Map<String, Object> config =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.LINGER_MS_CONFIG,
            5,
            ProducerConfig.BATCH_SIZE_CONFIG,
            256 << 10,
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            16 << 20);
    AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    try (RequestFile.Reader reader = file.open();
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      Callback noted =
          (metadata, problem) -> {
            if (problem != null) {
              failure.set(problem);
            }
          };
      for (int i = 1; reader.hasNext() && failure.get() == null; i++) {
        RequestFile.Request request = reader.next();
        byte[] body = request.body();
        var unused = producer.send(record(file.signal(), request.sender(), body), noted);
        if (poisonEvery > 0 && i % poisonEvery == 0) {
          byte[] corrupt =
              i % (2 * poisonEvery) == 0 ? Arrays.copyOf(body, body.length / 2) : cutWithin(body);
          unused = producer.send(record(file.signal(), request.sender(), corrupt), noted);
        }
      }
      producer.flush();
    }
    Exception problem = failure.get();
    if (problem != null) {
      throw new IOException(
          "Kafka did not take what was produced: %s".formatted(problem.getMessage()), problem);
    }
  }

  private static ProducerRecord<byte[], byte[]> record(Signal signal, int sender, byte[] body) {
    byte[] key = ("bench-" + sender).getBytes(UTF_8);
    ProducerRecord<byte[], byte[]> next = new ProducerRecord<>(signal.topic(), null, key, body);
    next.headers()
        .add(RawHeaders.ENCODING, signal.encoding().getBytes(UTF_8))
        .add(RawHeaders.TENANT, RawRecord.ANONYMOUS.getBytes(UTF_8));
    return next;
  }

  /** Returns a request whose last series lacks its last bytes. */
  private static byte[] cutWithin(byte[] body) throws IOException {
    byte[] whole = Snappy.uncompress(body);
    return Snappy.compress(Arrays.copyOf(whole, whole.length - 3));
  }

  /** Returns how many records a topic has. */
  static long records(String bootstrapServers, String topic) throws IOException {
    Map<String, Object> config = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .toList();
      return consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
    } catch (KafkaException e) {
      throw new IOException("The records of %s cannot be counted".formatted(topic), e);
    }
  }
}
