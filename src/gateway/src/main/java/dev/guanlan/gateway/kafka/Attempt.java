package dev.guanlan.gateway.kafka;

import dev.guanlan.model.RawRecord;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Is a record that was handed to Kafka, known by its bytes and later by their SHA-256. */
final class Attempt {

  private final long sinceNanos;
  private final String topic;
  private final String tenant;
  private final CompletableFuture<@Nullable Void> outcome;
  private byte @Nullable [] payload;
  private byte @Nullable [] digest;

  /**
   * Makes an attempt.
   *
   * @param sinceNanos when it was made
   * @param outcome completes when Kafka answers, however late
   */
  Attempt(long sinceNanos, String topic, RawRecord raw, CompletableFuture<@Nullable Void> outcome) {
    this.sinceNanos = sinceNanos;
    this.topic = topic;
    this.tenant = raw.tenant();
    this.outcome = outcome;
    this.payload = raw.payload();
  }

  long sinceNanos() {
    return sinceNanos;
  }

  CompletableFuture<@Nullable Void> outcome() {
    return outcome;
  }

  /** Keeps the digest only, when the sender no longer accounts for the bytes. */
  synchronized void letGoOfPayload() {
    if (payload != null) {
      digest = sha256(payload);
      payload = null;
    }
  }

  /** Returns whether this was an attempt to store the same. */
  synchronized boolean isOf(String otherTopic, RawRecord other) {
    return topic.equals(otherTopic)
        && tenant.equals(other.tenant())
        && (payload != null
            ? Arrays.equals(payload, other.payload())
            : Arrays.equals(digest, sha256(other.payload())));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
