package dev.guanlan.bench.send;

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

/** Puts requests on their raw topic, as the gateway would. For one thread. */
public final class TopicSender implements Sender {

  private final Signal signal;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /** Opens a producer. */
  public TopicSender(String bootstrapServers, Signal signal) {
    this.signal = signal;
    producer =
        new KafkaProducer<>(
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
                16 << 20),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @Override
  public void send(int sender, byte[] body) throws IOException {
    check();
    byte[] key = ("bench-" + sender).getBytes(UTF_8);
    ProducerRecord<byte[], byte[]> next = new ProducerRecord<>(signal.topic(), null, key, body);
    next.headers()
        .add(RawHeaders.ENCODING, signal.encoding().getBytes(UTF_8))
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

  private void check() throws IOException {
    Exception problem = failure.get();
    if (problem != null) {
      throw new IOException(
          "Kafka did not take what was produced: %s".formatted(problem.getMessage()), problem);
    }
  }

  @Override
  public void flush() throws IOException {
    producer.flush();
    check();
  }

  @Override
  public void close() throws IOException {
    producer.flush();
    producer.close();
    check();
  }
}
