package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.Segment;
import dev.guanlan.model.histogram.Histogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.flink.api.common.state.MapState;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a group's samples in state as a log: what came since the checkpoint before is appended as a
 * segment, and a segment whose samples nobody looks at any more is removed. So a checkpoint costs
 * what has changed, not what there is.
 */
final class SegmentLog {

  /** Bounds what waits in memory, and what one state entry holds. */
  private static final int MOST_SAMPLES = 1 << 16;

  private static final int FIRST_CAPACITY = 64;

  /** What is known of a segment without reading it. */
  private record Written(long sequence, long newestMillis, int samples) {}

  private final List<Written> written = new ArrayList<>();
  private long nextSequence;
  private long writtenSamples;

  private int[] numbers = new int[FIRST_CAPACITY];
  private long[] timestamps = new long[FIRST_CAPACITY];
  private double[] values = new double[FIRST_CAPACITY];
  private @Nullable Histogram @Nullable [] histograms;
  private int count;

  /** Reads what is in state, oldest first. */
  void read(MapState<Long, Segment> state, Consumer<Segment> segments) throws Exception {
    SortedMap<Long, Segment> found = new TreeMap<>();
    for (Map.Entry<Long, Segment> entry : state.entries()) {
      found.put(entry.getKey(), entry.getValue());
    }
    found.forEach(
        (sequence, segment) -> {
          note(sequence, segment);
          segments.accept(segment);
        });
  }

  private void note(long sequence, Segment segment) {
    written.add(new Written(sequence, segment.newestMillis(), segment.size()));
    writtenSamples += segment.size();
    nextSequence = sequence + 1;
  }

  /** Returns how many samples are in state. */
  long writtenSamples() {
    return writtenSamples;
  }

  /** Takes a sample that the next segment shall hold. */
  void add(int number, long timestampMillis, double value, @Nullable Histogram histogram) {
    if (count == numbers.length) {
      resize(2 * count);
    }
    numbers[count] = number;
    timestamps[count] = timestampMillis;
    values[count] = value;
    if (histograms == null && histogram != null) {
      histograms = new @Nullable Histogram[numbers.length];
    }
    if (histograms != null) {
      histograms[count] = histogram;
    }
    count++;
  }

  private void resize(int capacity) {
    numbers = Arrays.copyOf(numbers, capacity);
    timestamps = Arrays.copyOf(timestamps, capacity);
    values = Arrays.copyOf(values, capacity);
    if (histograms != null) {
      histograms = Arrays.copyOf(histograms, capacity);
    }
  }

  /** Tells whether as many samples wait as a segment may hold. */
  boolean isFull() {
    return count >= MOST_SAMPLES;
  }

  /** Appends what waits to the log. */
  void write(MapState<Long, Segment> state) throws Exception {
    for (int from = 0; from < count; from += MOST_SAMPLES) {
      int to = Math.min(count, from + MOST_SAMPLES);
      Segment segment =
          new Segment(
              Arrays.copyOfRange(numbers, from, to),
              Arrays.copyOfRange(timestamps, from, to),
              Arrays.copyOfRange(values, from, to),
              histograms == null ? null : Arrays.copyOfRange(histograms, from, to));
      state.put(nextSequence, segment);
      note(nextSequence, segment);
    }
    forgetWaiting();
  }

  private void forgetWaiting() {
    boolean much = numbers.length > FIRST_CAPACITY && 4 * count < numbers.length;
    count = 0;
    histograms = null;
    if (much) {
      resize(FIRST_CAPACITY);
    }
  }

  /** Removes the segments whose samples are all older than what is needed. */
  void removeBefore(long neededMillis, MapState<Long, Segment> state) throws Exception {
    for (Iterator<Written> all = written.iterator(); all.hasNext(); ) {
      Written segment = all.next();
      if (segment.newestMillis() < neededMillis) {
        state.remove(segment.sequence());
        writtenSamples -= segment.samples();
        all.remove();
      }
    }
  }

  /** Forgets the whole log, to be written anew. */
  void clear(MapState<Long, Segment> state) throws Exception {
    for (Written segment : written) {
      state.remove(segment.sequence());
    }
    written.clear();
    writtenSamples = 0;
    forgetWaiting();
  }
}
