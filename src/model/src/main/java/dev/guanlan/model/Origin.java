package dev.guanlan.model;

import java.nio.charset.StandardCharsets;

/**
 * Names the Kafka record that telemetry came from, which makes a replay of it recognisable.
 *
 * @param topic Kafka topic
 * @param partition Kafka partition, from 0
 * @param offset offset in the partition, from 0
 */
public record Origin(String topic, int partition, long offset) {

  /** Stands for telemetry that did not come from Kafka, as in a test or a backtest. */
  public static final Origin NONE = new Origin("", 0, 0);

  /**
   * Returns a 64-bit identity of the {@code index}-th entry of this record. A replay of the record
   * gives the same number again, so a store can collapse the two; two entries that merely look
   * alike get different ones.
   */
  public long entryId(int index) {
    byte[] name = topic.getBytes(StandardCharsets.UTF_8);
    Hash128 hash = new Hash128();
    hash.update(name, 0, name.length);
    hash.updateLong(partition);
    hash.updateLong(offset);
    hash.updateLong(index);
    return hash.finish().high();
  }

  @Override
  public String toString() {
    return topic + "/" + partition + "@" + offset;
  }
}
