package dev.guanlan.gateway.kafka;

import dev.guanlan.gateway.push.RecordSink;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.model.RawRecord;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Waits for Kafka only as long as a sender does, and recognises what the sender then sends again.
 *
 * <p>When Kafka is slow, a record may be stored after its sender was told to come again, or after
 * it lost patience and went away. Its second attempt is the same bytes: it gets the outcome of the
 * first, and nothing is stored twice. Only a record that Kafka takes longer than a second for is
 * recognised so, because nobody sends again before; and only by the gateway that it came to first.
 */
public final class LateRecords implements RecordSink {

  private static final long SLOW_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long REMEMBERED_NANOS = Duration.ofMinutes(5).toNanos();
  private static final int MAX_REMEMBERED = 20_000;

  private final RecordSink kafka;
  private final Duration patience;
  private final LongSupplier nanos;
  private final ConcurrentHashMap<Long, Attempt> attempts = new ConcurrentHashMap<>();

  /**
   * Wraps the way to Kafka.
   *
   * @param patience how long a sender is kept waiting
   * @param nanos a clock that only goes forward
   */
  public LateRecords(RecordSink kafka, Duration patience, LongSupplier nanos) {
    this.kafka = kafka;
    this.patience = patience;
    this.nanos = nanos;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // The outcome itself is what is waited for.
  public CompletableFuture<@Nullable Void> put(String topic, byte @Nullable [] key, RawRecord raw) {
    Long mark = mark(raw.payload());
    long now = nanos.getAsLong();
    Attempt before = attempts.get(mark);
    if (before != null && isOver(before, now)) {
      // Nobody sends again after so long: the same bytes are news, as of a heartbeat without a
      // time.
      attempts.remove(mark, before);
      before = null;
    }
    if (before != null && now - before.sinceNanos() > SLOW_NANOS && before.isOf(topic, raw)) {
      return withPatience(topic, before);
    }
    Attempt attempt = new Attempt(now, topic, raw, kafka.put(topic, key, raw));
    if (before == null && (attempts.size() < MAX_REMEMBERED || forget(now))) {
      attempts.put(mark, attempt);
      attempt
          .outcome()
          .whenComplete(
              (done, failure) -> {
                if (failure != null || nanos.getAsLong() - now <= SLOW_NANOS) {
                  attempts.remove(mark, attempt);
                } else {
                  attempt.letGoOfPayload();
                }
              });
    }
    return withPatience(topic, attempt);
  }

  /** Returns how many records are under way, or were late and are remembered. */
  public int remembered() {
    return attempts.size();
  }

  /** Finds an attempt fast; whether it is the same record its bytes say. */
  private static Long mark(byte[] payload) {
    CRC32C checksum = new CRC32C();
    checksum.update(payload);
    return (long) payload.length << 32 | checksum.getValue();
  }

  /** Forgets what nobody will send again; returns whether there is room then. */
  private boolean forget(long now) {
    attempts.values().removeIf(attempt -> isOver(attempt, now));
    return attempts.size() < MAX_REMEMBERED;
  }

  private static boolean isOver(Attempt attempt, long now) {
    return attempt.outcome().isDone() && now - attempt.sinceNanos() > REMEMBERED_NANOS;
  }

  private CompletableFuture<@Nullable Void> withPatience(String topic, Attempt attempt) {
    if (attempt.outcome().isDone()) {
      return attempt.outcome();
    }
    // A copy: who loses patience must not end what others wait for.
    return attempt
        .outcome()
        .copy()
        .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionallyComposeAsync(
            failure -> {
              if (!(failure instanceof TimeoutException)) {
                return CompletableFuture.failedFuture(failure);
              }
              attempt.letGoOfPayload();
              return CompletableFuture.failedFuture(impatient(topic, failure));
            });
  }

  private Refusal impatient(String topic, Throwable failure) {
    return new Refusal(
        Refusal.Reason.KAFKA,
        "Kafka did not acknowledge the record for the topic "
            + topic
            + " within "
            + patience.toMillis()
            + " ms; send the same body again a little later, which is not stored twice",
        failure);
  }
}
