package dev.guanlan.codec.remotewrite;

import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.histogram.BucketsBuilder;
import dev.guanlan.codec.histogram.Counts;
import dev.guanlan.codec.protobuf.HeapBudget;
import dev.guanlan.codec.protobuf.ProtoReader;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import java.util.Arrays;

/**
 * Reads a native histogram, of integers or of floats, as remote write 1.0 and 2.0 have it alike:
 * spans of adjacent buckets, and the counts of all of them, or each integer count's difference to
 * the one before.
 *
 * <p>Source: {@code Histogram} in {@code prompb/types.proto} and {@code
 * prompb/io/prometheus/write/v2/types.proto} of Prometheus.
 */
final class HistogramReader {

  private static final int COUNT_INT = 1 << 3;
  private static final int COUNT_FLOAT = 2 << 3 | 1;
  private static final int SUM = 3 << 3 | 1;
  private static final int SCHEMA = 4 << 3;
  private static final int ZERO_THRESHOLD = 5 << 3 | 1;
  private static final int ZERO_COUNT_INT = 6 << 3;
  private static final int ZERO_COUNT_FLOAT = 7 << 3 | 1;
  private static final int NEGATIVE_SPANS = 8 << 3 | 2;
  private static final int NEGATIVE_DELTAS = 9 << 3;
  private static final int NEGATIVE_COUNTS = 10 << 3 | 1;
  private static final int POSITIVE_SPANS = 11 << 3 | 2;
  private static final int POSITIVE_DELTAS = 12 << 3;
  private static final int POSITIVE_COUNTS = 13 << 3 | 1;
  private static final int RESET_HINT = 14 << 3;
  private static final int TIMESTAMP = 15 << 3;
  private static final int CUSTOM_VALUES = 16 << 3 | 1;
  private static final int START_TIMESTAMP = 17 << 3;

  /** Sets the wire type of a repeated field to the one it has when all its values are in a row. */
  private static final int PACKED = 2;

  /** The finest schema that Prometheus takes and makes coarser; those beyond have no meaning. */
  private static final int FINEST_SCHEMA = 52;

  private static final ResetHint[] HINTS = {
    ResetHint.UNKNOWN, ResetHint.RESET, ResetHint.NOT_RESET, ResetHint.GAUGE
  };

  /** Arrays up to this length are kept from one histogram to the next. */
  private static final int KEPT = 4096;

  /**
   * Holds one side's fields as sent. Used again for the next histogram. What takes one byte as sent
   * takes eight here, so room is taken from the budget before it is made.
   */
  private final class Sent {
    private int[] offsets = new int[16];
    private int[] lengths = new int[16];
    private int spans;
    private long[] bits = new long[64];
    private int counts;

    void clear() {
      if (bits.length > KEPT) {
        bits = new long[64];
      }
      if (offsets.length > KEPT) {
        offsets = new int[16];
        lengths = new int[16];
      }
      spans = 0;
      counts = 0;
    }

    void span(int offset, int length) throws MalformedPayloadException {
      if (spans == offsets.length) {
        budget.charge(2L * Integer.BYTES * spans);
        offsets = Arrays.copyOf(offsets, 2 * spans);
        lengths = Arrays.copyOf(lengths, 2 * spans);
      }
      offsets[spans] = offset;
      lengths[spans++] = length;
    }

    void count(long countBits) throws MalformedPayloadException {
      if (counts == bits.length) {
        budget.charge((long) Long.BYTES * counts);
        bits = Arrays.copyOf(bits, 2 * counts);
      }
      bits[counts++] = countBits;
    }
  }

  private final HeapBudget budget;
  private final Sent positive = new Sent();
  private final Sent negative = new Sent();
  private final Sent custom = new Sent();
  private final BucketsBuilder buckets;
  private long timestamp;
  private long startTimestamp;

  HistogramReader(HeapBudget budget) {
    this.budget = budget;
    this.buckets = new BucketsBuilder(budget);
  }

  /** Returns the time of the histogram read last, in milliseconds since the epoch. */
  long timestamp() {
    return timestamp;
  }

  /** Returns since when the histogram read last counts; 0 if it does not say. */
  long startTimestamp() {
    return startTimestamp;
  }

  /** Reads a histogram of the series-th TimeSeries, whose length is next. */
  Histogram read(ProtoReader in, int series) throws MalformedPayloadException {
    positive.clear();
    negative.clear();
    custom.clear();
    timestamp = 0;
    startTimestamp = 0;
    boolean floats = false;
    double count = 0;
    double zeroCount = 0;
    double sum = 0;
    double zeroThreshold = 0;
    int schema = 0;
    long hint = 0;
    int outer = in.enter();
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case COUNT_INT -> count = Counts.ofUnsigned(in.varint());
        case COUNT_FLOAT -> {
          count = in.float64();
          floats = true;
        }
        case SUM -> sum = in.float64();
        case SCHEMA -> schema = zigzag(in.varint());
        case ZERO_THRESHOLD -> zeroThreshold = in.float64();
        case ZERO_COUNT_INT -> zeroCount = Counts.ofUnsigned(in.varint());
        case ZERO_COUNT_FLOAT -> zeroCount = in.float64();
        case NEGATIVE_SPANS -> span(in, negative);
        case POSITIVE_SPANS -> span(in, positive);
        case NEGATIVE_DELTAS -> negative.count(in.varint());
        case POSITIVE_DELTAS -> positive.count(in.varint());
        case NEGATIVE_COUNTS -> negative.count(in.fixed64());
        case POSITIVE_COUNTS -> positive.count(in.fixed64());
        case CUSTOM_VALUES -> custom.count(in.fixed64());
        case NEGATIVE_DELTAS | PACKED -> varints(in, negative);
        case POSITIVE_DELTAS | PACKED -> varints(in, positive);
        case (NEGATIVE_COUNTS & ~7) | PACKED -> fixed(in, negative);
        case (POSITIVE_COUNTS & ~7) | PACKED -> fixed(in, positive);
        case (CUSTOM_VALUES & ~7) | PACKED -> fixed(in, custom);
        case RESET_HINT -> hint = in.varint();
        case TIMESTAMP -> timestamp = in.varint();
        case START_TIMESTAMP -> startTimestamp = in.varint();
        default -> in.skip(tag);
      }
    }
    in.leave(outer);
    int halvings = 0;
    if (schema > Histogram.GREATEST_SCHEMA && schema <= FINEST_SCHEMA) {
      halvings = schema - Histogram.GREATEST_SCHEMA;
      schema = Histogram.GREATEST_SCHEMA;
    }
    double[] bounds = new double[custom.counts];
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = Double.longBitsToDouble(custom.bits[i]);
    }
    Histogram histogram =
        new Histogram(
            hint >= 0 && hint < HINTS.length ? HINTS[(int) hint] : ResetHint.UNKNOWN,
            schema,
            zeroThreshold,
            zeroCount,
            count,
            sum,
            side(positive, floats, halvings, series),
            side(negative, floats, halvings, series),
            bounds);
    String problem = histogram.problem();
    if (problem != null) {
      throw wrong(problem, series);
    }
    return histogram;
  }

  private Buckets side(Sent sent, boolean floats, int halvings, int series)
      throws MalformedPayloadException {
    buckets.start(halvings);
    long index = 0;
    long total = 0;
    int next = 0;
    for (int s = 0; s < sent.spans; s++) {
      index += sent.offsets[s];
      if (s > 0 && sent.offsets[s] < 0) {
        throw wrong("its spans overlap", series);
      }
      // Each bucket has a count, so a span is no longer than what was sent.
      if (Integer.toUnsignedLong(sent.lengths[s]) > sent.counts - next
          || Math.abs(index) > Integer.MAX_VALUE / 2 - sent.counts) {
        throw wrong("its spans have other buckets than it has counts", series);
      }
      for (int i = 0; i < sent.lengths[s]; i++, index++, next++) {
        if (floats) {
          buckets.add((int) index, Double.longBitsToDouble(sent.bits[next]));
        } else {
          long delta = sent.bits[next];
          total += (delta >>> 1) ^ -(delta & 1);
          if (total < 0) {
            throw wrong("the bucket " + index + " has a negative count", series);
          }
          buckets.add((int) index, (double) total);
        }
      }
    }
    if (next != sent.counts) {
      throw wrong("its spans have other buckets than it has counts", series);
    }
    return buckets.build();
  }

  private static MalformedPayloadException wrong(String problem, int series) {
    return new MalformedPayloadException(
        "series "
            + series
            + " of the request has a native histogram that is none: "
            + problem
            + "; correct it at the sender");
  }

  private static void span(ProtoReader in, Sent side) throws MalformedPayloadException {
    int offset = 0;
    int length = 0;
    int outer = in.enter();
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case 1 << 3 -> offset = zigzag(in.varint());
        case 2 << 3 -> length = (int) in.varint();
        default -> in.skip(tag);
      }
    }
    in.leave(outer);
    side.span(offset, length);
  }

  private static void varints(ProtoReader in, Sent side) throws MalformedPayloadException {
    int outer = in.enter();
    while (in.hasMore()) {
      side.count(in.varint());
    }
    in.leave(outer);
  }

  private static void fixed(ProtoReader in, Sent side) throws MalformedPayloadException {
    int outer = in.enter();
    while (in.hasMore()) {
      side.count(in.fixed64());
    }
    in.leave(outer);
  }

  private static int zigzag(long value) {
    int bits = (int) value;
    return (bits >>> 1) ^ -(bits & 1);
  }
}
