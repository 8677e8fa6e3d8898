package dev.guanlan.job.alerting.state;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Says which tasks of the selection are known to send samples to a shard, or to a group that goes
 * back to one task.
 *
 * @param sources how many tasks there are; 0 while none has said anything
 * @param marked those that have, as the bits of a {@link BitSet}
 * @param newestMillis the newest time of any sample that one of them had before, in milliseconds
 *     since the epoch, or the least number if none had any: what is newer has come
 * @param filled whether there was a tick since at which nothing was missing; it stays so
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by content below.
public record SourceMarks(int sources, long[] marked, long newestMillis, boolean filled) {

  /** What is known before anyone has said anything. */
  public static final SourceMarks NONE = new SourceMarks(0, new long[0], Long.MIN_VALUE, false);

  /** Returns what is known after a task's mark. */
  public SourceMarks with(int source, int ofSources, long newest) {
    // Other tasks than before: each of them is to say so.
    BitSet marks = ofSources == sources ? BitSet.valueOf(marked) : new BitSet();
    marks.set(source);
    return new SourceMarks(ofSources, marks.toLongArray(), Math.max(newestMillis, newest), filled);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SourceMarks marks
        && sources == marks.sources
        && Arrays.equals(marked, marks.marked)
        && newestMillis == marks.newestMillis
        && filled == marks.filled;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(marked);
  }

  /** Returns the same, with nothing missing from now on. */
  public SourceMarks nowFilled() {
    return new SourceMarks(sources, marked, newestMillis, true);
  }

  /**
   * Tells whether everything has come that is looked at at a time.
   *
   * @param reachMillis how far back that is
   */
  public boolean fills(long millis, long reachMillis) {
    return filled
        || (isOfAll() && (newestMillis == Long.MIN_VALUE || millis - reachMillis >= newestMillis));
  }

  /** Tells whether what all tasks had before is known, and may be missing. */
  public boolean lacksHistory() {
    return !filled && isOfAll() && newestMillis != Long.MIN_VALUE;
  }

  private boolean isOfAll() {
    return sources > 0 && BitSet.valueOf(marked).cardinality() == sources;
  }
}
