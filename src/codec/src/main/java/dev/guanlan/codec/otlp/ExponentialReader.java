package dev.guanlan.codec.otlp;

import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.histogram.BucketsBuilder;
import dev.guanlan.codec.histogram.Counts;
import dev.guanlan.codec.otlp.PointSeries.Part;
import dev.guanlan.codec.protobuf.ProtoReader;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;

/**
 * Reads points of exponential histograms as native histograms. OpenTelemetry numbers a bucket by
 * its lower bound, Prometheus by its upper one, so indexes grow by one; a finer scale than native
 * histograms have becomes the finest schema.
 *
 * <p>Source: {@code exponentialToNativeHistogram} in {@code
 * storage/remote/otlptranslator/prometheusremotewrite/histograms.go} of Prometheus. Unlike there,
 * the width of the zero bucket is the sender's where it says one.
 */
final class ExponentialReader {

  private static final int ATTRIBUTES = 1 << 3 | 2;
  private static final int START_TIME = 2 << 3 | 1;
  private static final int TIME = 3 << 3 | 1;
  private static final int COUNT = 4 << 3 | 1;
  private static final int SUM = 5 << 3 | 1;
  private static final int SCALE = 6 << 3;
  private static final int ZERO_COUNT = 7 << 3 | 1;
  private static final int POSITIVE = 8 << 3 | 2;
  private static final int NEGATIVE = 9 << 3 | 2;
  private static final int FLAGS = 10 << 3;
  private static final int EXEMPLARS = 11 << 3 | 2;
  private static final int ZERO_THRESHOLD = 14 << 3 | 1;
  private static final int OFFSET = 1 << 3;
  private static final int BUCKET_COUNTS_PACKED = 2 << 3 | 2;
  private static final int BUCKET_COUNTS = 2 << 3;

  /** The width of the zero bucket of a sender that does not say it, as Prometheus assumes. */
  private static final double DEFAULT_ZERO_THRESHOLD = 1e-128;

  private final OtlpInput input;
  private final ProtoReader in;
  private final PointSeries series;
  private final ExemplarReader exemplars;
  private final AttributesPlace place = new AttributesPlace();
  private final BucketsBuilder buckets;

  ExponentialReader(OtlpInput input, PointSeries series, ExemplarReader exemplars) {
    this.buckets = new BucketsBuilder(input.budget);
    this.input = input;
    this.in = input.in;
    this.series = series;
    this.exemplars = exemplars;
  }

  /** Reads a point. Returns whether its scale has a schema; those below -4 have none. */
  boolean read(PointColumns columns) throws MalformedPayloadException {
    place.start(ATTRIBUTES, in);
    exemplars.clear();
    long startTime = 0;
    long time = 0;
    long flags = 0;
    double count = 0;
    double zeroCount = 0;
    double sum = 0;
    double zeroThreshold = 0;
    int scale = 0;
    int positiveAt = -1;
    int negativeAt = -1;
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case ATTRIBUTES -> place.passOver(in);
        case START_TIME -> startTime = input.nanos("a data point's start time");
        case TIME -> time = input.nanos("a data point's time");
        case COUNT -> count = Counts.ofUnsigned(in.fixed64());
        case SUM -> sum = in.float64();
        case SCALE -> scale = zigzag(in.varint());
        case ZERO_COUNT -> zeroCount = Counts.ofUnsigned(in.fixed64());
        case ZERO_THRESHOLD -> zeroThreshold = in.float64();
        case POSITIVE -> {
          positiveAt = in.position();
          in.skip(tag);
        }
        case NEGATIVE -> {
          negativeAt = in.position();
          in.skip(tag);
        }
        case FLAGS -> flags = in.varint();
        case EXEMPLARS -> exemplars.note(tag);
        default -> in.skip(tag);
      }
    }
    if (scale < Histogram.LEAST_SCHEMA) {
      return false;
    }
    int schema = Math.min(scale, Histogram.GREATEST_SCHEMA);
    int halvings = scale - schema;
    boolean stale = PointReader.isStale(flags);
    Histogram histogram =
        new Histogram(
            ResetHint.UNKNOWN,
            schema,
            zeroThreshold > 0 ? zeroThreshold : DEFAULT_ZERO_THRESHOLD,
            zeroCount,
            stale ? PointReader.STALE : count,
            stale ? PointReader.STALE : sum,
            side(positiveAt, halvings),
            side(negativeAt, halvings),
            new double[0]);
    place.end(series, in);
    columns.point(time, startTime);
    series.find(Part.VALUE, 0);
    exemplars.addAll(columns.all());
    columns.histogram(series, histogram);
    return true;
  }

  /** Reads the buckets whose length is at a position, none if it is negative, and comes back. */
  private Buckets side(int position, int halvings) throws MalformedPayloadException {
    if (position < 0) {
      return Buckets.EMPTY;
    }
    int back = in.position();
    int limit = in.limit();
    in.moveTo(position, limit);
    int outer = in.enter();
    int start = in.position();
    int offset = 0;
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == OFFSET) {
        offset = zigzag(in.varint());
      } else {
        in.skip(tag);
      }
    }
    in.moveTo(start, in.limit());
    buckets.start(halvings);
    long index = offset;
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == BUCKET_COUNTS) {
        add(index++, in.varint(), start);
      } else if (tag == BUCKET_COUNTS_PACKED) {
        int field = in.enter();
        while (in.hasMore()) {
          add(index++, in.varint(), start);
        }
        in.leave(field);
      } else {
        in.skip(tag);
      }
    }
    in.leave(outer);
    in.moveTo(back, limit);
    return buckets.build();
  }

  private void add(long index, long count, int where) throws MalformedPayloadException {
    if (Math.abs(index) > Integer.MAX_VALUE / 2) {
      throw in.malformed("an exponential histogram with the bucket " + index, where);
    }
    buckets.add((int) index + 1, Counts.ofUnsigned(count));
  }

  private static int zigzag(long value) {
    int bits = (int) value;
    return (bits >>> 1) ^ -(bits & 1);
  }
}
