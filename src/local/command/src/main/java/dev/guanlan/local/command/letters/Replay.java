package dev.guanlan.local.command.letters;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.guanlan.model.RawHeaders;
import dev.guanlan.model.Topics;
import dev.guanlan.schema.DeadLetter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Puts the record of a dead letter back on its topic, exactly once for each job that failed on it.
 *
 * <ol>
 *   <li>The letter's own transactional id is taken, which fences whoever is replaying it elsewhere
 *       and aborts what a replay that crashed had begun.
 *   <li>The marks of earlier replays are read. Jobs that had the record are left out; if none is
 *       left, the replay is refused.
 *   <li>Record and mark are written in one transaction: both are there, or neither.
 * </ol>
 *
 * <p>A job that took a part of the record is given other bytes only: what it left out, repaired.
 *
 * <p>The record's headers say what it repairs and which jobs it is for. The others, which decoded
 * it the first time, pass it over.
 */
public final class Replay {

  private static final long TIMEOUT_SECONDS = 30;

  private final String bootstrapServers;
  private final DeadLetterTopic topic;
  private final Clock clock;

  /** Makes a replay to a broker. */
  public Replay(String bootstrapServers, Clock clock) {
    this.bootstrapServers = bootstrapServers;
    this.topic = new DeadLetterTopic(bootstrapServers);
    this.clock = clock;
  }

  /**
   * Replays one record.
   *
   * @param id the record's name
   * @param payload what to put in place of its bytes; null for its own
   * @param again whether also for jobs that had it replayed before
   * @return the jobs that it was replayed for
   * @throws ReplayRefusedException if there is no such letter, nothing to replay, or nobody left
   *     who needs it
   * @throws IOException if Kafka does not answer, or another replay of the letter came between
   */
  public SortedSet<String> replay(String id, byte @Nullable [] payload, boolean again)
      throws ReplayRefusedException, IOException {
    List<DeadLetter> letters = topic.lettersOf(id);
    if (letters.isEmpty()) {
      throw new ReplayRefusedException(
          "There is no dead letter of the record " + id + "; see: guanlan dead-letters list");
    }
    DeadLetter letter = letters.get(letters.size() - 1);
    check(letter, id, payload);
    String key = LetterId.replayKey(letter);
    createTopicOfReplays();
    try (KafkaProducer<byte[], byte[]> producer = producer(key)) {
      producer.initTransactions();
      SortedSet<String> done = topic.replays().getOrDefault(key, Collections.emptySortedSet());
      TreeSet<String> jobs = new TreeSet<>();
      letters.stream()
          .filter(other -> LetterId.replayKey(other).equals(key))
          .forEach(other -> jobs.add(other.getJob()));
      if (!again) {
        jobs.removeAll(done);
      }
      if (payload == null) {
        checkTakenByNone(letters, key, jobs, id);
      }
      if (jobs.isEmpty()) {
        throw new ReplayRefusedException(
            "The record %s was replayed already, for %s; --again does it once more, and what they store is then there twice"
                .formatted(id, String.join(", ", done)));
      }
      TreeSet<String> all = new TreeSet<>(done);
      all.addAll(jobs);
      ReplayMark mark = new ReplayMark(all, clock.millis(), payload != null);
      producer.beginTransaction();
      var unusedRecord = producer.send(record(producer, letter, payload, jobs));
      var unusedMark =
          producer.send(
              new ProducerRecord<>(Topics.DEAD_LETTER_REPLAYS, ReplayMark.key(key), mark.encode()));
      producer.commitTransaction();
      return jobs;
    } catch (KafkaException e) {
      throw new IOException(
          "The replay of %s at %s ended with: %s; try again, which refuses if it was written after all"
              .formatted(id, bootstrapServers, e.getMessage()),
          e);
    }
  }

  private static void check(DeadLetter letter, String id, byte @Nullable [] payload)
      throws ReplayRefusedException {
    if (letter.getTopic().isEmpty()) {
      throw new ReplayRefusedException(
          "%s is a row that a table refused, not a record; insert it by hand: guanlan dead-letters show %s --raw FILE"
              .formatted(id, id));
    }
    int kept = letter.getPayload().remaining();
    if (payload == null && letter.getPayloadBytes() > kept) {
      throw new ReplayRefusedException(
          "Of the %d bytes of the record %s only %d are in the letter; give the whole with --payload FILE"
              .formatted(letter.getPayloadBytes(), id, kept));
    }
  }

  /** Refuses bytes of which a job that they would be for has taken some entries already. */
  private static void checkTakenByNone(
      List<DeadLetter> letters, String key, SortedSet<String> jobs, String id)
      throws ReplayRefusedException {
    for (DeadLetter letter : letters) {
      if (letter.getEntriesTaken() > 0
          && jobs.contains(letter.getJob())
          && LetterId.replayKey(letter).equals(key)) {
        throw new ReplayRefusedException(
            "Of the %d entries of the record %s the job %s has taken %d, and left out %d; it would have the former twice. Give what was left out, repaired, with --payload FILE"
                .formatted(
                    letter.getEntriesTaken() + letter.getEntriesLeftOut(),
                    id,
                    letter.getJob(),
                    letter.getEntriesTaken(),
                    letter.getEntriesLeftOut()));
      }
    }
  }

  private static ProducerRecord<byte[], byte[]> record(
      KafkaProducer<byte[], byte[]> producer,
      DeadLetter letter,
      byte @Nullable [] payload,
      SortedSet<String> jobs) {
    int partitions = producer.partitionsFor(letter.getTopic()).size();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            letter.getTopic(),
            letter.getPartition() < partitions ? letter.getPartition() : null,
            letter.getKey() == null ? null : bytes(letter.getKey()),
            payload == null ? bytes(letter.getPayload()) : payload);
    letter.getHeaders().forEach((name, value) -> record.headers().add(name, bytes(value)));
    if (record.headers().lastHeader(RawHeaders.RECEIVED_AT) == null
        && letter.getReceivedAtMillis() > 0) {
      record
          .headers()
          .add(RawHeaders.RECEIVED_AT, Long.toString(letter.getReceivedAtMillis()).getBytes(UTF_8));
    }
    record.headers().remove(RawHeaders.REPLAY_OF).remove(RawHeaders.REPLAY_FOR);
    record
        .headers()
        .add(RawHeaders.REPLAY_OF, LetterId.of(letter).getBytes(UTF_8))
        .add(RawHeaders.REPLAY_FOR, String.join(",", jobs).getBytes(UTF_8));
    return record;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private KafkaProducer<byte[], byte[]> producer(String key) {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            "guanlan-replay-" + key,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            1_000 * (int) TIMEOUT_SECONDS,
            // A payload may be as large as the gateway takes.
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            64 << 20),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private void createTopicOfReplays() throws IOException {
    try (Admin admin =
        Admin.create(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "default.api.timeout.ms",
                1_000 * (int) TIMEOUT_SECONDS))) {
      NewTopic replays =
          new NewTopic(Topics.DEAD_LETTER_REPLAYS, Optional.empty(), Optional.empty())
              .configs(
                  Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
      admin.createTopics(List.of(replays)).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new IOException(
            "The topic %s cannot be created at %s: %s; see that Kafka runs and who may create topics"
                .formatted(Topics.DEAD_LETTER_REPLAYS, bootstrapServers, e.getMessage()),
            e);
      }
    } catch (TimeoutException | KafkaException e) {
      throw new IOException(
          "Kafka does not answer at %s; see that it runs".formatted(bootstrapServers), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("The replay was interrupted; nothing was written", e);
    }
  }
}
