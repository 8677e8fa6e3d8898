package dev.guanlan.bench.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.guanlan.model.RawHeaders;
import dev.guanlan.model.RawRecord;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Puts the requests of a file on their raw topic, as the gateway would. */
final class TopicFeeder {

  private TopicFeeder() {}

  /** Produces every request; returns when all are acknowledged. */
  static void feed(RequestFile file, String bootstrapServers) throws IOException {
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
      while (reader.hasNext() && failure.get() == null) {
        RequestFile.Request request = reader.next();
        byte[] key = ("bench-" + request.sender()).getBytes(UTF_8);
        ProducerRecord<byte[], byte[]> next =
            new ProducerRecord<>(file.signal().topic(), null, key, request.body());
        next.headers()
            .add(RawHeaders.ENCODING, file.signal().encoding().getBytes(UTF_8))
            .add(RawHeaders.TENANT, RawRecord.ANONYMOUS.getBytes(UTF_8));
        var unused =
            producer.send(
                next,
                (metadata, problem) -> {
                  if (problem != null) {
                    failure.set(problem);
                  }
                });
      }
      producer.flush();
    }
    Exception problem = failure.get();
    if (problem != null) {
      throw new IOException(
          "Kafka did not take what was produced: %s".formatted(problem.getMessage()), problem);
    }
  }
}
