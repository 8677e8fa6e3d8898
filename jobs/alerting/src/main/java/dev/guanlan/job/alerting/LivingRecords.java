package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.CompactedTopic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a compacted topic to its end: of each key what is left, unless it is deleted. */
final class LivingRecords {

  private static final Logger LOG = LoggerFactory.getLogger(LivingRecords.class);

  private LivingRecords() {}

  /** Makes something of a record. */
  interface Decoder<T> {
    T decode(byte[] key, byte[] value) throws IOException;
  }

  /**
   * Hands on the newest record of each key.
   *
   * @param decoder records that it refuses are passed over and logged; the stream of the same topic
   *     brings them too, and counts them
   */
  static <T> void read(
      Properties consumer, String topic, Duration timeout, Decoder<T> decoder, Consumer<T> to) {
    readVersions(
        consumer,
        topic,
        timeout,
        decoder,
        versions -> to.accept(versions.get(versions.size() - 1)));
  }

  /**
   * Hands on, key by key, the records that are not compacted yet, the newest last.
   *
   * @param decoder records that it refuses are passed over and logged
   */
  static <T> void readVersions(
      Properties consumer,
      String topic,
      Duration timeout,
      Decoder<T> decoder,
      Consumer<List<T>> to) {
    Map<String, List<T>> living = new HashMap<>();
    CompactedTopic.readToEnd(
        consumer,
        topic,
        timeout,
        (key, value) -> {
          String name = new String(key, StandardCharsets.UTF_8);
          if (value == null) {
            // A key has one partition, so what was read of it before is older and gone.
            living.remove(name);
            return;
          }
          try {
            T record = decoder.decode(key, value);
            living.computeIfAbsent(name, first -> new ArrayList<>()).add(record);
          } catch (IOException e) {
            LOG.warn("A record of {} is passed over: {}", topic, e.getMessage());
          }
        });
    living.values().forEach(to);
  }
}
