package dev.guanlan.gateway.push;

import dev.guanlan.model.RawRecord;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Puts records on Kafka. */
@FunctionalInterface
public interface RecordSink {

  /**
   * Puts a record on a topic. May block for a moment.
   *
   * @param key the record's key, or null
   * @return completes once Kafka has acknowledged the record, exceptionally with a {@link Refusal}
   *     if it did not
   */
  CompletableFuture<@Nullable Void> put(String topic, byte @Nullable [] key, RawRecord raw);
}
