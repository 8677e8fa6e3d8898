package dev.guanlan.connector.kafka.rules;

import dev.guanlan.connector.kafka.CompactedTopic;
import dev.guanlan.model.Topics;
import dev.guanlan.promql.Selectors;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.RuleException;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.schema.RecordFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Makes the topic of rules say what a set of rule files says: writes the groups that are new or
 * changed, and a tombstone for each that vanished from its file. What is the same already is not
 * written again, so that publishing twice changes nothing.
 *
 * <p>For one publisher of a namespace at a time; two that write the same namespace at once leave
 * either's groups.
 */
public final class RuleGroupPublisher {

  private static final RecordFormat<dev.guanlan.schema.RuleGroup> FORMAT =
      RecordFormat.of(dev.guanlan.schema.RuleGroup.class);

  private final String bootstrapServers;
  private final Duration defaultInterval;
  private final Duration timeout;
  private final Clock clock;

  /**
   * Makes a publisher.
   *
   * @param bootstrapServers where Kafka is, as {@code host:port,host:port}
   * @param defaultInterval the interval of groups that have none of their own
   * @param timeout how long publishing may take
   * @param clock gives the versions
   */
  public RuleGroupPublisher(
      String bootstrapServers, Duration defaultInterval, Duration timeout, Clock clock) {
    this.bootstrapServers = bootstrapServers;
    this.defaultInterval = defaultInterval;
    this.timeout = timeout;
    this.clock = clock;
  }

  /** Makes a publisher with an interval of one minute, a minute's time, and the system's clock. */
  public RuleGroupPublisher(String bootstrapServers) {
    this(bootstrapServers, Duration.ofMinutes(1), Duration.ofMinutes(1), Clock.systemUTC());
  }

  /**
   * Tells what publishing did.
   *
   * @param written keys of the groups that were new or changed
   * @param deleted keys of the groups that vanished
   * @param unchanged keys of the groups that the topic held already
   */
  public record Published(List<String> written, List<String> deleted, List<String> unchanged) {}

  /**
   * Publishes all groups of some rule files.
   *
   * @param tenant whose rules they are
   * @param namespaces the files; groups of these that are not in {@code groups} are deleted, others
   *     are left alone
   * @param groups all groups of the files
   * @throws RuleException if a group cannot be evaluated in a stream; nothing was written then
   * @throws IOException if Kafka did not take all of it in time; publish again then
   */
  public Published publish(String tenant, Set<String> namespaces, List<RuleGroup> groups)
      throws RuleException, IOException {
    Map<String, RuleGroup> wanted = new HashMap<>();
    for (RuleGroup group : groups) {
      CompiledGroup.of(group, Selectors.DEFAULT_LOOKBACK_MILLIS);
      if (!namespaces.contains(group.namespace())) {
        throw new IllegalArgumentException(
            "the group %s is of none of the namespaces %s; publish its namespace too"
                .formatted(group.name(), namespaces));
      }
      wanted.put(RuleGroup.key(tenant, group.namespace(), group.name()), group);
    }
    Map<String, dev.guanlan.schema.RuleGroup> present = present();
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    Published published = new Published(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    wanted.forEach(
        (key, group) -> {
          dev.guanlan.schema.RuleGroup old = present.get(key);
          long version = version(old);
          dev.guanlan.schema.RuleGroup record =
              RuleGroupRecords.toRecord(tenant, group, version, defaultInterval.toMillis());
          if (old != null && same(old, record)) {
            published.unchanged().add(key);
          } else {
            published.written().add(key);
            records.add(record(key, version, FORMAT.encode(record)));
          }
        });
    present.forEach(
        (key, old) -> {
          if (old.getTenant().equals(tenant)
              && namespaces.contains(old.getNamespace())
              && !wanted.containsKey(key)) {
            published.deleted().add(key);
            records.add(record(key, version(old), null));
          }
        });
    send(records);
    return published;
  }

  /** Returns a version later than the one there is, whatever the clock says. */
  private long version(dev.guanlan.schema.@Nullable RuleGroup old) {
    return old == null ? clock.millis() : Math.max(clock.millis(), old.getVersion() + 1);
  }

  private static boolean same(
      dev.guanlan.schema.RuleGroup old, dev.guanlan.schema.RuleGroup record) {
    return dev.guanlan.schema.RuleGroup.newBuilder(old)
        .setVersion(record.getVersion())
        .build()
        .equals(record);
  }

  /** The record's timestamp is its version, which for a tombstone is the only place for it. */
  private static ProducerRecord<byte[], byte[]> record(
      String key, long version, byte @Nullable [] value) {
    return new ProducerRecord<>(
        Topics.RULES, null, version, key.getBytes(StandardCharsets.UTF_8), value);
  }

  private Map<String, dev.guanlan.schema.RuleGroup> present() throws IOException {
    Properties config = new Properties();
    config.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    Map<String, byte[]> values = new HashMap<>();
    CompactedTopic.readToEnd(
        config,
        Topics.RULES,
        timeout,
        (key, value) -> {
          String name = new String(key, StandardCharsets.UTF_8);
          if (value == null) {
            values.remove(name);
          } else {
            values.put(name, value);
          }
        });
    Map<String, dev.guanlan.schema.RuleGroup> present = new HashMap<>();
    for (Map.Entry<String, byte[]> entry : values.entrySet()) {
      present.put(entry.getKey(), FORMAT.decode(entry.getValue()));
    }
    return present;
  }

  private void send(List<ProducerRecord<byte[], byte[]>> records) throws IOException {
    if (records.isEmpty()) {
      return;
    }
    Properties config = new Properties();
    config.setProperty(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.setProperty(ProducerConfig.ACKS_CONFIG, "all");
    config.setProperty(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    config.setProperty(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.toString(timeout.toMillis()));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      List<Future<RecordMetadata>> pending = new ArrayList<>();
      for (ProducerRecord<byte[], byte[]> record : records) {
        pending.add(producer.send(record));
      }
      for (Future<RecordMetadata> sent : pending) {
        sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(e);
    } catch (KafkaException | ExecutionException | TimeoutException e) {
      throw failed(e);
    }
  }

  private IOException failed(Exception cause) {
    return new IOException(
        "the rules could not be written to the topic %s of Kafka at %s; check the broker and publish them again"
            .formatted(Topics.RULES, bootstrapServers),
        cause);
  }
}
