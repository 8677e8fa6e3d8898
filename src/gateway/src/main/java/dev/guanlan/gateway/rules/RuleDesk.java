package dev.guanlan.gateway.rules;

import dev.guanlan.connector.kafka.rules.PublishedGroup;
import dev.guanlan.connector.kafka.rules.RuleChanges;
import dev.guanlan.connector.kafka.rules.RuleGroupTopic;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.rules.RuleException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Reads and changes rules on Kafka, one errand after the other in a thread of its own, so that
 * neither pushes wait for it nor the changes of one gateway get into each other's way.
 */
public final class RuleDesk implements AutoCloseable {

  private static final int MOST_WAITING = 100;

  private final RuleGroupTopic topic;
  private final BooleanSupplier kafkaAnswers;
  private final String bootstrapServers;
  private final AtomicLong changedGroups = new AtomicLong();
  private volatile boolean closing;
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MOST_WAITING),
          task -> {
            Thread made = new Thread(task, "rules");
            made.setDaemon(true);
            return made;
          });

  /**
   * Makes a desk; nothing is connected yet.
   *
   * @param kafkaAnswers whether Kafka is there, so that nobody waits for it in vain
   * @param timeout how long Kafka may take for a step
   */
  public RuleDesk(String bootstrapServers, BooleanSupplier kafkaAnswers, Duration timeout) {
    this.bootstrapServers = bootstrapServers;
    this.kafkaAnswers = kafkaAnswers;
    this.topic = new RuleGroupTopic(bootstrapServers, timeout, Clock.systemUTC());
  }

  /**
   * Does something when it is its turn.
   *
   * @return what it gave; fails with what it threw, or with a {@link Refusal} if too many wait
   */
  <T> CompletableFuture<T> inTurn(Callable<T> errand) {
    CompletableFuture<T> done = new CompletableFuture<>();
    try {
      thread.execute(
          () -> {
            try {
              if (closing) {
                throw new Refusal(
                    Refusal.Reason.KAFKA, "the gateway is stopping; send again to another");
              }
              done.complete(errand.call());
            } catch (Exception e) {
              done.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      done.completeExceptionally(
          new Refusal(
              Refusal.Reason.OVERLOADED,
              "%d requests about rules are waiting already; send again a little later"
                  .formatted(MOST_WAITING),
              e));
    }
    return done;
  }

  /** Returns a tenant's groups. In turn only. */
  List<PublishedGroup> read(String tenant) throws Refusal {
    refuseWithoutKafka();
    try {
      return topic.read(tenant);
    } catch (IOException e) {
      throw refusal(e);
    }
  }

  /** Changes a tenant's groups. In turn only. */
  RuleChanges change(String tenant, RuleGroupTopic.Edit<Refusal> edit) throws Refusal {
    refuseWithoutKafka();
    try {
      RuleChanges changes = topic.change(tenant, edit);
      changedGroups.addAndGet(
          changes.added().size() + changes.changed().size() + changes.deleted().size());
      return changes;
    } catch (RuleException e) {
      throw new Refusal(Refusal.Reason.MALFORMED, "nothing was changed: " + e.getMessage(), e);
    } catch (IOException e) {
      throw refusal(e);
    }
  }

  private void refuseWithoutKafka() throws Refusal {
    if (!kafkaAnswers.getAsBoolean()) {
      throw new Refusal(
          Refusal.Reason.KAFKA,
          "Kafka does not answer at " + bootstrapServers + "; send again a little later");
    }
  }

  private static Refusal refusal(IOException failure) {
    return new Refusal(Refusal.Reason.KAFKA, String.valueOf(failure.getMessage()), failure);
  }

  /** Returns how many groups were added, changed and deleted. */
  public long changedGroups() {
    return changedGroups.get();
  }

  /** Takes no more errands, and refuses those that wait. */
  @Override
  public void close() {
    closing = true;
    thread.shutdown();
  }
}
