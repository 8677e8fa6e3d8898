package dev.guanlan.promql.engine;

import org.jspecify.annotations.Nullable;

/**
 * Holds the older samples of a series in packed blocks. Blocks are added at one end and dropped at
 * the other; the first one can be dropped in part, which is only noted. There is always a sample
 * that is not dropped.
 */
final class SealedBlocks {

  /** How many samples a block has when it is sealed. */
  static final int BLOCK = 128;

  /** More samples than so many are not gone through one by one. */
  private static final int FEW_STEPS = 8;

  private static final byte[] NOTHING = {};

  /** What a block takes besides its samples: its places in the arrays, and its header. */
  private static final int BYTES_PER_BLOCK = 2 * Long.BYTES + 2 * Integer.BYTES + 16;

  private byte[][] blocks = new byte[4][];
  private long[] firstMillis = new long[4];

  /** The ordinal of each block's first sample. */
  private long[] ordinals = new long[4];

  /** Whether a block can have a sample that is below the one before it. */
  private boolean[] resets = new boolean[4];

  /** How many samples have been inserted into blocks. */
  private long insertions;

  /** A block into which samples have come since it was looked at, or null if there is none. */
  private @Nullable BlockEdit edit;

  /** Which block that is. */
  private int edited;

  private int head;
  private int tail;

  /** How long the blocks are together. */
  private long packedBytes;

  private long nextOrdinal;
  private long droppedUpTo = Long.MIN_VALUE;
  private long lastMillis = Long.MIN_VALUE;
  private double lastValue = Double.NaN;

  /** Returns how much memory the blocks take, in bytes by estimate. */
  long bytes() {
    return packedBytes
        + (long) blocks.length * BYTES_PER_BLOCK
        + (edit == null ? 0 : BlockEdit.bytes());
  }

  /** Returns the time of the newest sample. */
  long lastMillis() {
    return lastMillis;
  }

  /** Returns the value of the newest sample. */
  double lastValue() {
    return lastValue;
  }

  /** Returns the ordinal of the sample behind the newest one. */
  long nextOrdinal() {
    return nextOrdinal;
  }

  /** Tells whether there is a sample after a time. */
  boolean reaches(long millis) {
    return lastMillis > millis;
  }

  /** Adds a block that is newer than all others. */
  void append(long[] timestamps, double[] values, int from, int to) {
    boolean reset = false;
    double previous = lastValue;
    for (int i = from; i < to; i++) {
      reset |= values[i] < previous;
      previous = values[i];
    }
    pack();
    open(tail);
    set(tail - 1, PackedSamples.of(timestamps, values, from, to), timestamps[from], reset);
    ordinals[tail - 1] = nextOrdinal;
    nextOrdinal += to - from;
    lastMillis = timestamps[to - 1];
    lastValue = previous;
  }

  private void put(int block, byte[] packed) {
    byte[] before = blocks[block];
    packedBytes += packed.length - (before == null ? 0 : before.length);
    blocks[block] = packed;
  }

  private void set(int block, byte[] packed, long first, boolean reset) {
    put(block, packed);
    firstMillis[block] = first;
    resets[block] = reset;
  }

  /** Makes room for a block at a place. */
  private void open(int at) {
    int place = at;
    if (tail == blocks.length) {
      int size = tail - head;
      int room = size > tail - tail / 4 ? tail + tail / 2 : tail;
      byte[][] block = new byte[room][];
      System.arraycopy(blocks, head, block, 0, size);
      blocks = block;
      firstMillis = moved(firstMillis, room);
      ordinals = moved(ordinals, room);
      boolean[] reset = new boolean[room];
      System.arraycopy(resets, head, reset, 0, size);
      resets = reset;
      place -= head;
      head = 0;
      tail = size;
    }
    int behind = tail - place;
    System.arraycopy(blocks, place, blocks, place + 1, behind);
    blocks[place] = NOTHING;
    System.arraycopy(firstMillis, place, firstMillis, place + 1, behind);
    System.arraycopy(ordinals, place, ordinals, place + 1, behind);
    System.arraycopy(resets, place, resets, place + 1, behind);
    tail++;
  }

  private long[] moved(long[] column, int room) {
    long[] copy = new long[room];
    System.arraycopy(column, head, copy, 0, tail - head);
    return copy;
  }

  /** Drops the samples up to a time, before which the newest one must not be. */
  void dropUpTo(long millis) {
    droppedUpTo = Math.max(droppedUpTo, millis);
    while (head + 1 < tail && firstMillis[head + 1] <= droppedUpTo) {
      dropFirst();
    }
  }

  private void dropFirst() {
    if (edited == head) {
      edit = null;
    }
    put(head++, NOTHING);
  }

  /** Returns the last block that begins up to a time, or one less than the first if none does. */
  private int find(long millis) {
    return SampleColumns.indexAfter(firstMillis, head, tail, millis) - 1;
  }

  /**
   * Finds the first sample after a time. It is found soon if that goes on from the time of the same
   * point before.
   *
   * @return false if there is none
   */
  boolean first(long afterMillis, SamplePoint point, SampleColumns scratch) {
    long after = Math.max(afterMillis, droppedUpTo);
    if (!reaches(after)) {
      return false;
    }
    pack();
    if (goesOn(after, point)) {
      return true;
    }
    int block = find(after);
    int index = block < head ? 0 : scratch.indexAfter(blocks[block], firstMillis[block], after);
    if (block < head || index == PackedSamples.count(blocks[block])) {
      block++;
      index = 0;
    }
    long millis = index == 0 ? firstMillis[block] : scratch.timestampAt(index);
    scratch.point(blocks[block], index, millis, point);
    point.ordinal = ordinals[block] + index;
    point.afterMillis = after;
    point.insertions = insertions;
    return true;
  }

  /** Finds the first sample after a time a few samples behind what was found before. */
  private boolean goesOn(long after, SamplePoint point) {
    byte[] known = point.block;
    if (known == null || after < point.afterMillis || point.insertions != insertions) {
      return false;
    }
    int block = find(point.millis);
    if (block < head || blocks[block] != known) {
      return false;
    }
    for (int steps = 0; point.millis <= after; steps++) {
      if (point.index + 1 == PackedSamples.count(known) || steps == FEW_STEPS) {
        return false;
      }
      PackedSamples.next(known, point);
    }
    point.ordinal = ordinals[block] + point.index;
    point.afterMillis = after;
    return true;
  }

  /**
   * Finds the last sample up to a time.
   *
   * @return false if there is none
   */
  boolean last(long upToMillis, SamplePoint point, SampleColumns scratch) {
    if (!reaches(upToMillis)) {
      point.set(lastMillis, lastValue, nextOrdinal - 1);
      return true;
    }
    pack();
    int block = find(upToMillis);
    if (block < head || upToMillis <= droppedUpTo) {
      return false;
    }
    int index = scratch.indexAfter(blocks[block], firstMillis[block], upToMillis) - 1;
    long millis = scratch.timestampAt(index);
    if (millis <= droppedUpTo) {
      return false;
    }
    point.set(millis, scratch.valueAt(blocks[block], index), ordinals[block] + index);
    return true;
  }

  /** Returns the sum of the values before each reset behind a sample that is here. */
  double lostInResets(SamplePoint first, SampleColumns scratch) {
    pack();
    int begin = find(first.millis);
    double lost = 0;
    double previous = first.value;
    boolean known = true;
    for (int block = begin; block < tail; block++) {
      if (!resets[block]) {
        known = false;
        continue;
      }
      if (!known) {
        previous = lastValueOf(block - 1, scratch);
      }
      scratch.begin(PackedSamples.MOST);
      scratch.add(blocks[block], firstMillis[block], false);
      scratch.from = block == begin ? (int) (first.ordinal - ordinals[block]) + 1 : 0;
      lost = scratch.plusLostInResets(lost, previous);
      previous = scratch.values[scratch.to - 1];
      known = true;
    }
    return lost;
  }

  private double lastValueOf(int block, SampleColumns scratch) {
    return scratch.valueAt(blocks[block], PackedSamples.count(blocks[block]) - 1);
  }

  /**
   * Shows in columns the samples between two times.
   *
   * @param timestamps whether timestamps matter, too
   * @param more for how many samples there shall be room behind these
   */
  void read(long afterMillis, long upToMillis, boolean timestamps, int more, SampleColumns into) {
    long after = Math.max(afterMillis, droppedUpTo);
    pack();
    int begin = Math.max(head, find(after));
    int end = Math.max(begin, find(upToMillis) + 1);
    into.begin((int) ((end < tail ? ordinals[end] : nextOrdinal) - ordinals[begin]) + more);
    for (int block = begin; block < end; block++) {
      boolean atBegin = block == begin;
      boolean atEnd = block + 1 == end && reaches(upToMillis);
      int first = into.to;
      into.add(blocks[block], firstMillis[block], timestamps || atBegin || atEnd);
      if (atBegin) {
        into.leaveAfter(after);
      }
      if (atEnd) {
        into.leaveUpTo(upToMillis, Math.max(into.from, first));
      }
    }
  }

  /** Tells whether there is a sample at a time. */
  boolean isAt(long millis, SampleColumns scratch) {
    int block = find(millis);
    if (block < head || millis <= droppedUpTo) {
      return false;
    }
    if (edit != null && edited == block) {
      return edit.isAt(millis);
    }
    int behind = scratch.indexAfter(blocks[block], firstMillis[block], millis);
    return behind > 0 && scratch.timestampAt(behind - 1) == millis;
  }

  /**
   * Adds a sample that is no newer than the newest one.
   *
   * @return the time of the sample behind it, or the least number if there is one at its time
   */
  long insert(long millis, double value) {
    if (millis <= droppedUpTo) {
      removeDropped();
    }
    int block = Math.max(head, find(millis));
    BlockEdit into = edit(block);
    int at = into.indexAfter(millis);
    if (at > 0 && into.timestamp(at - 1) == millis) {
      return Long.MIN_VALUE;
    }
    into.insert(at, millis, value);
    firstMillis[block] = into.timestamp(0);
    resets[block] = true;
    insertions++;
    nextOrdinal++;
    for (int later = block + 1; later < tail; later++) {
      ordinals[later]++;
    }
    if (block + 1 < tail) {
      // Its first sample has another one before it, perhaps.
      resets[block + 1] = true;
    }
    long next = at + 1 < into.count() ? into.timestamp(at + 1) : firstMillis[block + 1];
    if (into.isOverfull()) {
      split(block, into);
    }
    return next;
  }

  private BlockEdit edit(int block) {
    BlockEdit known = edit;
    if (known != null && edited == block) {
      return known;
    }
    pack();
    BlockEdit begun = new BlockEdit(blocks[block], firstMillis[block]);
    edit = begun;
    edited = block;
    return begun;
  }

  /** Packs the block into which samples have come. */
  private void pack() {
    BlockEdit known = edit;
    if (known != null) {
      put(edited, known.packed(0, known.count()));
      edit = null;
    }
  }

  private void split(int block, BlockEdit of) {
    edit = null;
    int before = head;
    open(block + 1);
    int first = block - before + head;
    int half = of.count() / 2;
    set(first, of.packed(0, half), of.timestamp(0), true);
    set(first + 1, of.packed(half, of.count()), of.timestamp(half), true);
    ordinals[first + 1] = ordinals[first] + half;
  }

  /** Takes away what is only noted as dropped. */
  private void removeDropped() {
    pack();
    BlockEdit oldest = new BlockEdit(blocks[head], firstMillis[head]);
    int kept = oldest.indexAfter(droppedUpTo);
    if (kept == oldest.count()) {
      dropFirst();
    } else if (kept > 0) {
      set(head, oldest.packed(kept, oldest.count()), oldest.timestamp(kept), resets[head]);
      ordinals[head] += kept;
    }
    droppedUpTo = Long.MIN_VALUE;
  }

  @Override
  public String toString() {
    return tail - head + " blocks from " + firstMillis[head];
  }
}
