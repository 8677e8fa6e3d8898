package dev.guanlan.bench.ingest;

import dev.guanlan.bench.send.TopicSender;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
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
    try (RequestFile.Reader reader = file.open();
        TopicSender sender = new TopicSender(bootstrapServers, file.signal())) {
      for (int i = 1; reader.hasNext(); i++) {
        RequestFile.Request request = reader.next();
        byte[] body = request.body();
        sender.send(request.sender(), body);
        if (poisonEvery > 0 && i % poisonEvery == 0) {
          byte[] corrupt =
              i % (2 * poisonEvery) == 0 ? Arrays.copyOf(body, body.length / 2) : cutWithin(body);
          sender.send(request.sender(), corrupt);
        }
      }
    }
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
