package dev.guanlan.gateway.rules;

import dev.guanlan.connector.kafka.CompactedTopicException;
import dev.guanlan.connector.kafka.rules.FollowedRules;
import dev.guanlan.gateway.push.Refusal;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.jspecify.annotations.Nullable;

/**
 * Knows which rules there are and how they do. Kafka is followed from the first question on, so
 * that a gateway that nobody asks holds nothing; who asks meanwhile waits, and no worker with him.
 */
public final class RuleBoard implements AutoCloseable {

  /** What the records may take of the heap before alerts are left out. */
  private static final int SHARE_OF_HEAP = 8;

  private final String bootstrapServers;
  private final BooleanSupplier kafkaAnswers;
  private final Duration timeout;
  private @Nullable CompletableFuture<FollowedRules> followed;

  /**
   * Makes a board; nothing is connected yet.
   *
   * @param kafkaAnswers whether Kafka is there, so that nobody waits for it in vain
   * @param timeout how long it may take to read each of the topics
   */
  public RuleBoard(String bootstrapServers, BooleanSupplier kafkaAnswers, Duration timeout) {
    this.bootstrapServers = bootstrapServers;
    this.kafkaAnswers = kafkaAnswers;
    this.timeout = timeout;
  }

  /** Returns the rules, once they are read; fails with a {@link Refusal} if they cannot be. */
  synchronized CompletableFuture<FollowedRules> rules() {
    CompletableFuture<FollowedRules> known = followed;
    if (known != null && known.isDone()) {
      if (known.isCompletedExceptionally()) {
        known = null;
      } else if (known.join().hasFailed()) {
        known.join().close();
        known = null;
      }
    }
    if (known == null) {
      known =
          CompletableFuture.supplyAsync(
              this::open,
              task -> {
                Thread thread = new Thread(task, "read rules");
                thread.setDaemon(true);
                thread.start();
              });
      followed = known;
    }
    return known.copy();
  }

  private FollowedRules open() {
    if (!kafkaAnswers.getAsBoolean()) {
      throw refusal("Kafka does not answer at " + bootstrapServers, null);
    }
    Properties config = new Properties();
    config.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    FollowedRules rules;
    try {
      rules = new FollowedRules(config, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    } catch (CompactedTopicException e) {
      throw refusal(String.valueOf(e.getMessage()), e);
    }
    try {
      rules.awaitEnd(timeout);
    } catch (CompactedTopicException e) {
      rules.close();
      throw refusal(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      rules.close();
      throw refusal("the gateway is stopping", e);
    }
    return rules;
  }

  private static CompletionException refusal(String message, @Nullable Throwable cause) {
    String whole = message + "; ask again a little later";
    return new CompletionException(
        cause == null
            ? new Refusal(Refusal.Reason.KAFKA, whole)
            : new Refusal(Refusal.Reason.KAFKA, whole, cause));
  }

  /** Ends the following, at once or as soon as it has begun. */
  @Override
  public synchronized void close() {
    CompletableFuture<FollowedRules> known = followed;
    if (known != null) {
      CompletableFuture<Void> unused = known.thenAccept(FollowedRules::close);
    }
  }
}
