package dev.guanlan.job.common;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells how far time has come by what the partitions that a task reads show of it. Samples that are
 * old by the clock of their receipt may be late, or that clock may be ahead; what others show tells
 * the one from the other.
 *
 * <p>A partition's time is the newest that it gave, and goes on from there while it is idle: by a
 * clock that nobody sets, since that of receipt may be the one that is wrong. Nor does it go on by
 * more than lies between its receipt and that of the block that asks, which may be less than
 * nothing: where the job catches up, one partition may be read to its end before another begins.
 * Where all others are silent, their time goes on by receipt alone: what was read of them last may
 * be of long before, and nobody but that clock tells of the time that the job was away.
 *
 * <p>There is one entry for each partition that the task ever read. One that was taken from it
 * never comes again, and its time goes on as that of an idle one does.
 */
final class PartitionTimes {

  /** How long a partition says nothing that is silent. */
  private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** When a block was received of which nobody knows it. */
  static final long UNKNOWN = Long.MIN_VALUE;

  private final LongSupplier nanoTime;
  private final List<Newest> partitions = new ArrayList<>();

  /**
   * Makes times of which none is known.
   *
   * @param nanoTime tells what time has passed, whatever clocks are set to
   */
  PartitionTimes(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Notes a time that a block of a partition gave.
   *
   * @param receivedMillis when the block was received, or {@link #UNKNOWN}
   */
  void note(String topic, int partition, long millis, long receivedMillis) {
    Newest newest = find(topic, partition);
    if (newest == null) {
      newest = new Newest(topic, partition);
      partitions.add(newest);
    } else if (millis <= newest.millis) {
      return;
    }
    newest.millis = millis;
    newest.receivedMillis = receivedMillis;
    newest.notedNanos = nanoTime.getAsLong();
  }

  /**
   * Returns how far the time of the partition that is furthest, among all but one, had come when a
   * block of that one was received; {@link Long#MAX_VALUE} where there are no others.
   */
  long ofOthers(String topic, int partition, long receivedMillis) {
    long now = nanoTime.getAsLong();
    long furthest = Long.MIN_VALUE;
    long byReceipt = Long.MIN_VALUE;
    boolean others = false;
    boolean silent = true;
    for (int i = 0; i < partitions.size(); i++) {
      Newest other = partitions.get(i);
      if (!other.is(topic, partition)) {
        others = true;
        silent &= now - other.notedNanos > SILENT_NANOS;
        furthest = Math.max(furthest, other.at(receivedMillis, now));
        byReceipt = Math.max(byReceipt, other.byReceipt(receivedMillis));
      }
    }
    if (!others) {
      return Long.MAX_VALUE;
    }
    return silent ? Math.max(furthest, byReceipt) : furthest;
  }

  private @Nullable Newest find(String topic, int partition) {
    for (int i = 0; i < partitions.size(); i++) {
      Newest newest = partitions.get(i);
      if (newest.is(topic, partition)) {
        return newest;
      }
    }
    return null;
  }

  /** Is the newest time that a partition gave. */
  private static final class Newest {

    private final String topic;
    private final int partition;
    private long millis;
    private long receivedMillis;
    private long notedNanos;

    Newest(String topic, int partition) {
      this.topic = topic;
      this.partition = partition;
    }

    boolean is(String otherTopic, int otherPartition) {
      return partition == otherPartition && topic.equals(otherTopic);
    }

    long at(long otherReceivedMillis, long nowNanos) {
      long goneOn = millis + TimeUnit.NANOSECONDS.toMillis(nowNanos - notedNanos);
      return receivedMillis == UNKNOWN ? goneOn : Math.min(goneOn, byReceipt(otherReceivedMillis));
    }

    /** Returns how far it had come when another block was received; the least number if unknown. */
    long byReceipt(long otherReceivedMillis) {
      return receivedMillis == UNKNOWN
          ? Long.MIN_VALUE
          : millis + otherReceivedMillis - receivedMillis;
    }
  }
}
