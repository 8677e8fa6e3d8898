package dev.guanlan.local.command.letters;

import dev.guanlan.connector.kafka.CompactedTopic;
import dev.guanlan.connector.kafka.CompactedTopicException;
import dev.guanlan.model.Topics;
import dev.guanlan.schema.DeadLetter;
import dev.guanlan.schema.RecordFormat;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the topics of dead letters and of their replays, from their beginning to their end. */
public final class DeadLetterTopic {

  private static final RecordFormat<DeadLetter> FORMAT = RecordFormat.of(DeadLetter.class);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Properties consumer = new Properties();

  /** Makes a reader for a broker. Nothing is read yet. */
  public DeadLetterTopic(String bootstrapServers) {
    consumer.setProperty("bootstrap.servers", bootstrapServers);
    consumer.setProperty("default.api.timeout.ms", "20000");
  }

  /**
   * Lists the records that letters were written for, the one that failed last first.
   *
   * @param limit how many at most
   * @throws IOException if Kafka does not answer
   */
  public List<LetterSummary> list(LetterFilter filter, int limit) throws IOException {
    Map<String, LetterSummary> found = new HashMap<>();
    read(
        Topics.DEAD_LETTERS,
        (key, value) -> {
          DeadLetter letter = decode(value);
          if (letter != null && filter.chooses(letter)) {
            found.merge(LetterId.replayKey(letter), LetterSummary.of(letter), LetterSummary::plus);
            if (found.size() > 4L * limit + 1_000) {
              found.keySet().retainAll(new HashSet<>(newest(found, limit)));
            }
          }
        });
    Map<String, SortedSet<String>> replays = replays();
    return newest(found, limit).stream()
        .map(
            key -> found.get(key).replayed(replays.getOrDefault(key, Collections.emptySortedSet())))
        .toList();
  }

  private static List<String> newest(Map<String, LetterSummary> found, int limit) {
    return found.entrySet().stream()
        .sorted(
            Comparator.comparingLong(
                    (Map.Entry<String, LetterSummary> entry) -> entry.getValue().failedAtMillis())
                .reversed()
                .thenComparing(Map.Entry::getKey))
        .limit(limit)
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * Returns all letters for one record, in the order in which they were read; none if there are
   * none.
   *
   * @param id the record's name, as a list shows it
   * @throws IOException if Kafka does not answer
   */
  public List<DeadLetter> lettersOf(String id) throws IOException {
    List<DeadLetter> letters = new ArrayList<>();
    read(
        Topics.DEAD_LETTERS,
        (key, value) -> {
          DeadLetter letter = decode(value);
          if (letter != null && LetterId.of(letter).equals(id)) {
            letters.add(letter);
          }
        });
    return letters;
  }

  /** Returns the jobs that each letter was replayed for, by the letters' replay keys. */
  Map<String, SortedSet<String>> replays() throws IOException {
    Map<String, SortedSet<String>> replays = new HashMap<>();
    read(
        Topics.DEAD_LETTER_REPLAYS,
        (key, value) -> {
          if (value != null) {
            ReplayMark mark = ReplayMark.decode(value);
            replays
                .computeIfAbsent(ReplayMark.keyOf(key), unused -> new TreeSet<>())
                .addAll(mark.jobs());
          }
        });
    return replays;
  }

  private static @Nullable DeadLetter decode(byte @Nullable [] value) {
    if (value == null) {
      return null;
    }
    try {
      return FORMAT.decode(value);
    } catch (IOException e) {
      // Whoever wrote something else there, the letters beside it are still to be read.
      return null;
    }
  }

  private void read(String topic, CompactedTopic.RecordConsumer records) throws IOException {
    try {
      CompactedTopic.readToEnd(consumer, topic, PATIENCE, records);
    } catch (CompactedTopicException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
