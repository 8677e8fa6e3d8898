package dev.guanlan.connector.kafka.rules;

import dev.guanlan.connector.kafka.CompactedTopic;
import dev.guanlan.connector.kafka.CompactedTopicException;
import dev.guanlan.model.Topics;
import dev.guanlan.promql.Selectors;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.RuleException;
import dev.guanlan.rules.RuleGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Reads and changes the rule groups on the topic of rules, whoever else does at the same time.
 *
 * <p>A change is one transaction of Kafka, so that it is seen whole or not at all. All who change
 * rules have the same transactional id: who begins last fences off the others, who read the topic
 * anew and begin again. So each change is made to what the one before it left.
 *
 * <ol>
 *   <li>The topic is read to its end. Where nothing is to be changed, that is all.
 *   <li>The transactional id is taken, which ends what another had begun, and the topic is read
 *       again: what it says now stays so until this change, or is another's whom this one gives way
 *       to.
 *   <li>Groups that are new or differ are written, and a tombstone for each that is gone, all with
 *       a version that is later than every other on the topic.
 *   <li>The transaction is committed. The change returns when every reader sees it.
 * </ol>
 *
 * <p>Safe for many threads, each of which waits for Kafka.
 */
public final class RuleGroupTopic {

  private static final int ATTEMPTS = 10;
  private static final int FIRST_PAUSE_MILLIS = 50;
  private static final int LONGEST_PAUSE_MILLIS = 2_000;

  /** Less than a record may have at a broker that nobody configured, which is 1 MiB. */
  private static final int MOST_BYTES = 1_000_000;

  private final String bootstrapServers;
  private final Duration timeout;
  private final Clock clock;

  /**
   * Says what a tenant's groups are to be.
   *
   * @param <E> what it throws if it will not
   */
  @FunctionalInterface
  public interface Edit<E extends Exception> {

    /**
     * Returns all groups that the tenant is to have. May be asked again if others make changes.
     *
     * @param present all groups that it has, by namespace and name
     */
    List<PublishedGroup> of(List<PublishedGroup> present) throws E;
  }

  /**
   * Makes access to the topic; nothing is connected yet.
   *
   * @param bootstrapServers where Kafka is, as {@code host:port,host:port}
   * @param timeout how long Kafka may take for a step
   * @param clock gives the versions
   */
  public RuleGroupTopic(String bootstrapServers, Duration timeout, Clock clock) {
    this.bootstrapServers = bootstrapServers;
    this.timeout = timeout;
    this.clock = clock;
  }

  /** Makes access to the topic with a minute's time and the system's clock. */
  public RuleGroupTopic(String bootstrapServers) {
    this(bootstrapServers, Duration.ofMinutes(1), Clock.systemUTC());
  }

  /**
   * Returns a tenant's groups, by namespace and name.
   *
   * @throws IOException if Kafka does not answer in time
   */
  public List<PublishedGroup> read(String tenant) throws IOException {
    return snapshot().of(tenant);
  }

  /**
   * Makes the groups of some namespaces, and no others, what is given.
   *
   * @param tenant whose rules they are
   * @param namespaces the namespaces; their groups that are not in {@code groups} are deleted
   * @param groups all groups of the namespaces
   * @throws RuleException if a group cannot be evaluated in a stream; nothing was changed then
   * @throws IOException if Kafka did not take it in time; do it again then
   */
  public RuleChanges replace(String tenant, Set<String> namespaces, List<RuleGroup> groups)
      throws RuleException, IOException {
    for (RuleGroup group : groups) {
      if (!namespaces.contains(group.namespace())) {
        throw new IllegalArgumentException(
            "the group %s is of none of the namespaces %s; name its namespace too"
                .formatted(group.name(), namespaces));
      }
    }
    return this.<RuntimeException>change(
        tenant,
        present -> {
          List<PublishedGroup> wanted = new ArrayList<>(present);
          wanted.removeIf(old -> namespaces.contains(old.group().namespace()));
          groups.forEach(group -> wanted.add(PublishedGroup.byHand(group)));
          return wanted;
        });
  }

  /**
   * Changes a tenant's groups.
   *
   * @return what was changed
   * @throws RuleException if a group cannot be evaluated in a stream, or is too large; nothing was
   *     changed then
   * @throws IOException if Kafka did not take it in time. It may have come through all the same: do
   *     it again, and what is there already is not written twice
   * @throws E if the edit throws it; nothing was changed then
   */
  public <E extends Exception> RuleChanges change(String tenant, Edit<E> edit)
      throws RuleException, IOException, E {
    List<PublishedGroup> seen = read(tenant);
    RuleChanges unlocked = RuleChanges.between(seen, edit.of(seen));
    if (unlocked.isEmpty()) {
      return unlocked;
    }
    for (int attempt = 1; true; attempt++) {
      try {
        return attempt(tenant, edit);
      } catch (RuleTransaction.FencedException e) {
        if (attempt == ATTEMPTS) {
          throw new IOException(
              "others changed the rules %d times while this change was tried (%s); try again later"
                  .formatted(ATTEMPTS, e.getCause().getMessage()),
              e);
        }
        pause(attempt);
      }
    }
  }

  private <E extends Exception> RuleChanges attempt(String tenant, Edit<E> edit)
      throws RuleException, IOException, RuleTransaction.FencedException, E {
    try (RuleTransaction transaction = new RuleTransaction(bootstrapServers, timeout)) {
      transaction.take();
      RuleSnapshot snapshot = snapshot();
      List<PublishedGroup> present = snapshot.of(tenant);
      RuleChanges changes = RuleChanges.between(present, edit.of(present));
      List<ProducerRecord<byte[], byte[]>> records =
          records(tenant, changes, snapshot.nextVersion(clock.millis()));
      if (!records.isEmpty()) {
        transaction.commit(records);
      }
      return changes;
    } catch (KafkaException e) {
      if (e instanceof InterruptException) {
        Thread.currentThread().interrupt();
      }
      throw new IOException(
          "the rules could not be written to the topic %s of Kafka at %s (%s); check the broker and do it again"
              .formatted(Topics.RULES, bootstrapServers, e.getMessage()),
          e);
    }
  }

  private List<ProducerRecord<byte[], byte[]>> records(
      String tenant, RuleChanges changes, long version) throws RuleException {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    List<PublishedGroup> written = new ArrayList<>(changes.added());
    changes.changed().forEach(changed -> written.add(changed.after()));
    for (PublishedGroup published : written) {
      RuleGroup group = published.group();
      byte[] value = checked(tenant, group, version);
      ProducerRecord<byte[], byte[]> record = record(tenant, group, version, value);
      if (!published.source().isEmpty()) {
        record
            .headers()
            .add(RuleSnapshot.SOURCE, published.source().getBytes(StandardCharsets.UTF_8));
      }
      records.add(record);
    }
    for (PublishedGroup gone : changes.deleted()) {
      records.add(record(tenant, gone.group(), version, null));
    }
    return records;
  }

  /**
   * Returns if a tenant may have a group.
   *
   * @throws RuleException if it cannot be evaluated in a stream, or is too large
   */
  public static void check(String tenant, RuleGroup group) throws RuleException {
    checked(tenant, group, Long.MAX_VALUE); // No version takes more bytes.
  }

  private static byte[] checked(String tenant, RuleGroup group, long version) throws RuleException {
    CompiledGroup.of(group, Selectors.DEFAULT_LOOKBACK_MILLIS);
    byte[] value = RuleSnapshot.FORMAT.encode(RuleGroupRecords.toRecord(tenant, group, version));
    if (value.length > MOST_BYTES) {
      throw new RuleException(
          "the group %s takes %d bytes, and may take %d; split it"
              .formatted(group.name(), value.length, MOST_BYTES));
    }
    return value;
  }

  /** The record's timestamp is its version, which for a tombstone is the only place for it. */
  private static ProducerRecord<byte[], byte[]> record(
      String tenant, RuleGroup group, long version, byte @Nullable [] value) {
    byte[] key = RuleSnapshot.key(tenant, group).getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(Topics.RULES, null, version, key, value);
  }

  private RuleSnapshot snapshot() throws IOException {
    Properties config = new Properties();
    config.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    RuleSnapshot snapshot = new RuleSnapshot();
    try {
      CompactedTopic.readRecordsToEnd(config, Topics.RULES, timeout, snapshot::add);
    } catch (CompactedTopicException e) {
      throw new IOException(e.getMessage(), e);
    }
    return snapshot;
  }

  /** Waits longer each time, and not as long as others do. */
  private static void pause(int attempt) throws IOException {
    int longest = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << attempt);
    try {
      Thread.sleep(ThreadLocalRandom.current().nextInt(longest / 4, longest));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("changing the rules was interrupted; do it again", e);
    }
  }
}
