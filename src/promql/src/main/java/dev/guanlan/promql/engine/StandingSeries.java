package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Holds the newest samples of one series: what a {@link StandingQueries} looks at over and over.
 * For one thread.
 *
 * <p>The newest ones are in columns that grow at one end and are cut at the other. Once they are
 * many, the oldest of them are packed ({@link SealedBlocks}): a range of five minutes is never, of
 * a range of a day nearly all is. A series with histograms stays as it is.
 */
public final class StandingSeries {

  private static final int FIRST_CAPACITY = 8;

  /** With so many samples the oldest ones are packed. */
  private static final int MOST_OPEN = 2 * SealedBlocks.BLOCK;

  /** Searched from the end, what is farther than this lies in memory of its own. */
  private static final int FAR = 8;

  /** What the object and the headers of its columns take. */
  private static final int BYTES_EMPTY = 128;

  private static final int BYTES_PER_SAMPLE = Long.BYTES + Double.BYTES;

  /** What a column of histograms takes for each place, besides the histograms. */
  private static final int BYTES_PER_REFERENCE = 4;

  private final Labels labels;

  /** What is older than the columns; there are samples in those as long as there is any here. */
  private @Nullable SealedBlocks sealed;

  private long[] timestamps = new long[FIRST_CAPACITY];
  private double[] values = new double[FIRST_CAPACITY];
  private @Nullable Histogram @Nullable [] histograms;
  private int from;
  private int to;

  /** What the histograms take that the columns still hold, those before the oldest sample too. */
  private long histogramBytes;

  /** No stale marker is newer than this. */
  private long lastStaleMillis = Long.MIN_VALUE;

  /** No sample that is newer than this is below the one before it. */
  private long lastResetMillis = Long.MIN_VALUE;

  private long lateSamples;

  /** Makes a series without samples. */
  public StandingSeries(Labels labels) {
    this.labels = labels;
  }

  /** Returns the labels; always the same object. */
  public Labels labels() {
    return labels;
  }

  /** Tells whether any sample is a histogram. */
  boolean hasHistograms() {
    return histograms != null;
  }

  /** Returns how many samples there are. */
  public int size() {
    return sizeSince(Long.MIN_VALUE);
  }

  /** Tells whether there is no sample. */
  public boolean isEmpty() {
    return from == to;
  }

  /**
   * Returns the time of the newest sample in milliseconds, or the least number if there is none.
   */
  public long newestMillis() {
    return from == to ? Long.MIN_VALUE : timestamps[to - 1];
  }

  /**
   * Returns the time of the newest sample that is not after a time, in milliseconds, or the least
   * number if there is none.
   */
  public long newestMillis(long upToMillis) {
    SamplePoint point = new SamplePoint();
    return last(upToMillis, point) ? point.millis : Long.MIN_VALUE;
  }

  /**
   * Returns the time of the oldest sample in milliseconds, or the greatest number if there is none.
   */
  public long oldestMillis() {
    SamplePoint point = new SamplePoint();
    return first(Long.MIN_VALUE, point) ? point.millis : Long.MAX_VALUE;
  }

  /** Returns how many samples there are at a time in milliseconds and after it. */
  public int sizeSince(long millis) {
    SamplePoint point = new SamplePoint();
    return first(before(millis), point) ? (int) (ordinal(to) - point.ordinal) : 0;
  }

  /** Returns how much memory the samples take, in bytes by estimate; the labels' not included. */
  public long bytes() {
    // hot: asked after every sample.
    long bytes = BYTES_EMPTY + (long) timestamps.length * BYTES_PER_SAMPLE;
    if (histograms != null) {
      bytes += histogramBytes + (long) timestamps.length * BYTES_PER_REFERENCE;
    }
    return sealed == null ? bytes : bytes + sealed.bytes();
  }

  /** Gives memory back that is not needed for the samples that are left. */
  public void shrink() {
    int size = to - from;
    if (size <= timestamps.length / 2) {
      move(Math.max(FIRST_CAPACITY, size));
    }
  }

  /** Tells whether there is a sample at a time in milliseconds. */
  public boolean isAt(long millis) {
    SealedBlocks older = sealed;
    if (older != null && older.reaches(before(millis))) {
      return older.isAt(millis, SampleColumns.ofThread());
    }
    int behind = indexAfter(millis);
    return behind > from && timestamps[behind - 1] == millis;
  }

  private static long before(long millis) {
    return millis == Long.MIN_VALUE ? millis : millis - 1;
  }

  /**
   * Tells the samples from a time on and before another one, the oldest first.
   *
   * @param visitor must not look at a series
   */
  public void forEach(long sinceMillis, long beforeMillis, SampleVisitor visitor) {
    SampleColumns columns = SampleColumns.ofThread();
    read(before(sinceMillis), before(beforeMillis), columns);
    columns.forEach(visitor);
  }

  /** Tells whether there is no stale marker after a time. */
  boolean isFreshSince(long millis) {
    return lastStaleMillis <= millis;
  }

  /** Tells whether no sample after a time is below the one before it. */
  boolean isAscendingSince(long millis) {
    return lastResetMillis <= millis;
  }

  /** Returns how many samples have come that were older than one that was there. */
  long lateSamples() {
    return lateSamples;
  }

  /** Tells whether a sample after a time is packed, so that to read it costs more than to look. */
  boolean isSealedAfter(long millis) {
    return sealed != null && sealed.reaches(millis);
  }

  /** Shows the samples after a time up to another one. */
  void read(long afterMillis, long upToMillis, SampleColumns into) {
    read(afterMillis, upToMillis, true, into);
  }

  /** Shows the same, perhaps with timestamps that mean nothing if those do not matter. */
  void read(long afterMillis, long upToMillis, boolean withTimestamps, SampleColumns into) {
    SealedBlocks older = sealed;
    int end = indexAfter(upToMillis);
    if (older == null || !older.reaches(afterMillis)) {
      into.show(timestamps, values, histograms, indexAfter(afterMillis), end);
      return;
    }
    older.read(afterMillis, upToMillis, withTimestamps, end - from, into);
    into.add(timestamps, values, from, end);
  }

  /**
   * Finds the first sample after a time.
   *
   * @return false if there is none
   */
  boolean first(long afterMillis, SamplePoint point) {
    SealedBlocks older = sealed;
    if (older != null && older.first(afterMillis, point, SampleColumns.ofThread())) {
      return true;
    }
    int index = indexAfter(afterMillis);
    return index < to && point(index, point);
  }

  /**
   * Finds the last sample up to a time.
   *
   * @return false if there is none
   */
  boolean last(long upToMillis, SamplePoint point) {
    int index = indexAfter(upToMillis) - 1;
    if (index >= from) {
      return point(index, point);
    }
    SealedBlocks older = sealed;
    return older != null && older.last(upToMillis, point, SampleColumns.ofThread());
  }

  private boolean point(int index, SamplePoint point) {
    point.set(timestamps[index], values[index], ordinal(index));
    return true;
  }

  private long ordinal(int index) {
    return (sealed == null ? 0 : sealed.nextOrdinal()) + index - from;
  }

  /** Returns the sum of the values before each reset from one sample to another one. */
  double lostInResets(SamplePoint first, SamplePoint last) {
    SampleColumns columns = SampleColumns.ofThread();
    SealedBlocks older = sealed;
    long after = first.millis;
    double previous = first.value;
    double lost = 0;
    if (older != null && older.reaches(after) && !older.reaches(last.millis)) {
      // Most blocks are known to have none.
      lost = older.lostInResets(first, columns);
      after = older.lastMillis();
      previous = older.lastValue();
    }
    read(after, last.millis, columns);
    return columns.plusLostInResets(lost, previous);
  }

  /** Returns the index, in the columns, of the first sample after a time. */
  private int indexAfter(long millis) {
    // The newest samples are asked for most.
    int high = to;
    int step = 1;
    while (high > from && timestamps[high - 1] > millis) {
      if (step == FAR && timestamps[from] > millis) {
        // Who looks back farthest begins where the samples do.
        return from;
      }
      int probe = Math.max(from, high - step);
      if (timestamps[probe] <= millis) {
        return SampleColumns.indexAfter(timestamps, probe + 1, high, millis);
      }
      high = probe;
      step <<= 1;
    }
    return high;
  }

  /**
   * Adds a sample, wherever in time it belongs; of several at one time the first one stays.
   *
   * @param timestampMillis milliseconds since the epoch
   * @param histogram the histogram that the sample is, or null if it is a number
   * @return whether it was added
   */
  public boolean add(long timestampMillis, double value, @Nullable Histogram histogram) {
    if (histogram != null && sealed != null) {
      unseal();
    }
    if (to == timestamps.length) {
      makeRoom();
    }
    int at = to;
    if (from < to && timestamps[to - 1] >= timestampMillis) {
      SealedBlocks older = sealed;
      if (older != null && timestampMillis <= older.lastMillis()) {
        long nextMillis = older.insert(timestampMillis, value);
        if (nextMillis != Long.MIN_VALUE) {
          note(timestampMillis, value, true, nextMillis);
        }
        return nextMillis != Long.MIN_VALUE;
      }
      at = indexAfter(timestampMillis);
      if (at > from && timestamps[at - 1] == timestampMillis) {
        return false;
      }
    }
    if (at < to) {
      System.arraycopy(timestamps, at, timestamps, at + 1, to - at);
      System.arraycopy(values, at, values, at + 1, to - at);
      if (histograms != null) {
        System.arraycopy(histograms, at, histograms, at + 1, to - at);
      }
    }
    timestamps[at] = timestampMillis;
    values[at] = value;
    to++;
    if (histograms == null && histogram != null) {
      histograms = new @Nullable Histogram[timestamps.length];
    }
    if (histograms != null) {
      histograms[at] = histogram;
      histogramBytes += histogram == null ? 0 : Budget.bytes(histogram);
    }
    note(timestampMillis, value, at + 1 < to, resetMillis(at));
    return true;
  }

  /** Returns the time up to which a new sample may have made a reset of one. */
  private long resetMillis(int at) {
    if (at + 1 < to) {
      // Between two others: either neighbour can have become a reset.
      return timestamps[at + 1];
    }
    boolean reset = at > from && (values[at] < values[at - 1] || StaleMarker.is(values[at - 1]));
    return reset ? timestamps[at] : Long.MIN_VALUE;
  }

  /** Notes what a new sample means to those who ask for stale markers and resets. */
  private void note(long millis, double value, boolean late, long resetMillis) {
    if (StaleMarker.is(value)) {
      lastStaleMillis = Math.max(lastStaleMillis, millis);
    }
    lateSamples += late ? 1 : 0;
    lastResetMillis = Math.max(lastResetMillis, resetMillis);
  }

  /** Makes room for a sample at the end. */
  private void makeRoom() {
    int length = timestamps.length;
    if (histograms == null && to - from >= MOST_OPEN) {
      seal();
      move(MOST_OPEN);
    } else if (to - from <= length - length / 4) {
      move(length);
    } else {
      int grown = length + length / 2;
      move(length < MOST_OPEN ? Math.min(MOST_OPEN, grown) : grown);
    }
  }

  private void seal() {
    SealedBlocks older = sealed == null ? new SealedBlocks() : sealed;
    for (; to - from >= MOST_OPEN; from += SealedBlocks.BLOCK) {
      older.append(timestamps, values, from, from + SealedBlocks.BLOCK);
    }
    sealed = older;
  }

  /** Moves the samples to the begin of columns of some length. */
  private void move(int length) {
    int size = to - from;
    boolean fits = length == timestamps.length;
    long[] times = fits ? timestamps : new long[length];
    double[] numbers = fits ? values : new double[length];
    System.arraycopy(timestamps, from, times, 0, size);
    System.arraycopy(values, from, numbers, 0, size);
    if (histograms != null) {
      histograms = Arrays.copyOf(Arrays.copyOfRange(histograms, from, to), length);
      countHistograms();
    }
    timestamps = times;
    values = numbers;
    from = 0;
    to = size;
  }

  private void countHistograms() {
    histogramBytes = 0;
    for (int i = 0; histograms != null && i < histograms.length; i++) {
      Histogram histogram = histograms[i];
      histogramBytes += histogram == null ? 0 : Budget.bytes(histogram);
    }
  }

  /** Takes all samples back into the columns. */
  private void unseal() {
    SampleColumns all = new SampleColumns();
    read(Long.MIN_VALUE, Long.MAX_VALUE, all);
    sealed = null;
    timestamps = all.timestamps;
    values = all.values;
    from = all.from;
    to = all.to;
  }

  /** Adds the samples of another series that are not there, from a time in milliseconds on. */
  public void addAll(StandingSeries other, long sinceMillis) {
    SampleColumns theirs = new SampleColumns();
    other.read(before(sinceMillis), Long.MAX_VALUE, theirs);
    // To look for each of them in what is packed would unpack that over and over.
    SampleColumns ours = new SampleColumns();
    read(before(sinceMillis), Long.MAX_VALUE, ours);
    ours.own();
    theirs.forEachNotIn(ours, this::add);
  }

  /** Takes over the samples of another series, which must not be used any more. */
  public void become(StandingSeries other) {
    sealed = other.sealed;
    timestamps = other.timestamps;
    values = other.values;
    histograms = other.histograms;
    histogramBytes = other.histogramBytes;
    from = other.from;
    to = other.to;
    lastStaleMillis = Math.max(lastStaleMillis, other.lastStaleMillis);
    lastResetMillis = Math.max(lastResetMillis, other.lastResetMillis);
    // Whoever kept something of the samples before begins anew.
    lateSamples += other.lateSamples + 1;
  }

  /** Takes the samples before a time away. */
  public void dropBefore(long timestampMillis) {
    if (timestampMillis == Long.MIN_VALUE) {
      return;
    }
    SealedBlocks older = sealed;
    if (older != null) {
      if (older.reaches(timestampMillis - 1)) {
        older.dropUpTo(timestampMillis - 1);
        return;
      }
      sealed = null;
    }
    while (from < to && timestamps[from] < timestampMillis) {
      from++;
    }
    if (from == to) {
      histograms = null;
      histogramBytes = 0;
      move(Math.min(timestamps.length, MOST_OPEN));
    }
  }

  @Override
  public String toString() {
    return labels + " " + size() + " samples";
  }
}
