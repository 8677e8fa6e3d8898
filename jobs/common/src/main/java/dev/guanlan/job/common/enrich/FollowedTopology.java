package dev.guanlan.job.common.enrich;

import dev.guanlan.connector.kafka.CompactedTopicFollower;
import dev.guanlan.model.Topics;
import dev.guanlan.topology.Change;
import dev.guanlan.topology.RelationType;
import dev.guanlan.topology.TopologyIndex;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the compacted topic of the topology: one thread for all tasks of a job in a TaskManager,
 * which lives as long as any of them. It holds everything that is known, deletions too, and for
 * each task what has changed since it looked.
 *
 * <p>Calls between services can give nothing a place, and are left out unless they are asked for.
 */
final class FollowedTopology {

  private static final Logger LOG = LoggerFactory.getLogger(FollowedTopology.class);

  /** More changes than that are not noted for a task; it fills a new index with all there is. */
  private static final int MOST_NOTED = 10_000;

  /** Those that are followed. A job has classes, and so a map, of its own. */
  private static final Map<Followed, FollowedTopology> OPEN = new HashMap<>();

  /**
   * Says what is followed.
   *
   * @param consumer Kafka's settings
   * @param calls whether calls between services are wanted
   */
  private record Followed(Properties consumer, boolean calls) {}

  private final Followed followed;
  private final CompactedTopicFollower follower;
  private final TopologyIndex known = new TopologyIndex();
  private final Set<TaskView> views = new HashSet<>();
  private long unreadable;

  private FollowedTopology(Followed followed) {
    this.followed = followed;
    follower =
        new CompactedTopicFollower(
            followed.consumer(),
            Topics.TOPOLOGY,
            records -> apply(records.records(Topics.TOPOLOGY)));
  }

  /**
   * Returns what gives tasks the topology of a Kafka.
   *
   * @param consumer Kafka's consumer settings
   * @param timeout how long a task waits until the topic is read to its end
   * @param calls whether calls between services are wanted
   */
  static Topology at(Properties consumer, Duration timeout, boolean calls) {
    return () -> follow(new Followed(consumer, calls), timeout);
  }

  private static Topology.View follow(Followed followed, Duration timeout) {
    synchronized (OPEN) {
      return OPEN.compute(
              followed,
              (same, open) ->
                  open == null || open.follower.hasFailed() ? new FollowedTopology(followed) : open)
          .newView(timeout);
    }
  }

  private synchronized TaskView newView(Duration timeout) {
    TaskView view = new TaskView(timeout);
    views.add(view);
    return view;
  }

  private synchronized void apply(Iterable<ConsumerRecord<byte[], byte[]>> records) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Change change = decode(record);
      if (change == null) {
        unreadable++;
      } else if (followed.calls() || !change.type().equals(RelationType.CALLS)) {
        apply(change);
      }
    }
  }

  private void apply(Change change) {
    known.apply(change);
    // What was refused is noted too: a task counts what does not fit.
    for (TaskView view : views) {
      view.note(change);
    }
  }

  /** Returns the change that a record tells, or null, and says why, if it tells none. */
  static @Nullable Change decode(ConsumerRecord<byte[], byte[]> record) {
    String reason;
    if (record.key() == null) {
      reason = "it has no key";
    } else {
      try {
        return TopologyRecords.decode(record.key(), record.value(), version(record));
      } catch (IOException e) {
        reason = e.getMessage();
      }
    }
    LOG.warn(
        "The record {}/{}@{} is no topology record and is passed over: {}",
        record.topic(),
        record.partition(),
        record.offset(),
        reason);
    return null;
  }

  private static long version(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(TopologyRecords.VERSION);
    if (header != null) {
      String text = new String(header.value(), StandardCharsets.UTF_8);
      if (text.matches("\\d{1,18}")) {
        return Long.parseLong(text);
      }
    }
    return record.timestamp();
  }

  /** Is what one task has not seen yet. */
  private final class TaskView implements Topology.View {

    private final Duration timeout;
    private List<Change> noted = new ArrayList<>();

    /** Whether more has changed than was noted, as it has when nothing was seen yet. */
    private boolean behind = true;

    private volatile boolean changed = true;

    private TaskView(Duration timeout) {
      this.timeout = timeout;
    }

    @Override
    public void awaitEnd() throws InterruptedException {
      follower.awaitEnd(timeout);
    }

    private void note(Change change) {
      if (noted.size() >= MOST_NOTED) {
        noted = new ArrayList<>();
        behind = true;
      }
      if (!behind) {
        noted.add(change);
      }
      changed = true;
    }

    // hot: asked once a block; next to always there is nothing new.
    @Override
    public TopologyIndex upToDate(TopologyIndex index) {
      if (!changed) {
        follower.check();
        return index;
      }
      synchronized (FollowedTopology.this) {
        TopologyIndex current = index;
        if (behind) {
          current = new TopologyIndex();
          known.changes().forEach(current::apply);
        } else {
          noted.forEach(current::apply);
        }
        noted = new ArrayList<>();
        behind = false;
        changed = false;
        return current;
      }
    }

    @Override
    public <T> T ask(Function<TopologyIndex, T> question) {
      follower.check();
      synchronized (FollowedTopology.this) {
        return question.apply(known);
      }
    }

    @Override
    public long unreadable() {
      synchronized (FollowedTopology.this) {
        return unreadable;
      }
    }

    @Override
    public void close() {
      synchronized (OPEN) {
        boolean last;
        synchronized (FollowedTopology.this) {
          last = views.remove(this) && views.isEmpty();
        }
        if (last) {
          OPEN.remove(followed, FollowedTopology.this);
          follower.close();
        }
      }
    }
  }
}
