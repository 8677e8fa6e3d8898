package dev.guanlan.codec.otlp;

import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.histogram.Counts;
import dev.guanlan.codec.otlp.PointSeries.Part;
import dev.guanlan.codec.protobuf.ProtoReader;
import java.util.Arrays;

/** Reads data points of every kind and adds their series to a block. */
final class PointReader {

  private static final int START_TIME = 2 << 3 | 1;
  private static final int TIME = 3 << 3 | 1;
  private static final int NUMBER_ATTRIBUTES = 7 << 3 | 2;
  private static final int NUMBER_DOUBLE = 4 << 3 | 1;
  private static final int NUMBER_EXEMPLARS = 5 << 3 | 2;
  private static final int NUMBER_INT = 6 << 3 | 1;
  private static final int NUMBER_FLAGS = 8 << 3;

  private static final int HISTOGRAM_ATTRIBUTES = 9 << 3 | 2;
  private static final int HISTOGRAM_COUNT = 4 << 3 | 1;
  private static final int HISTOGRAM_SUM = 5 << 3 | 1;
  private static final int BUCKET_COUNTS = 6 << 3 | 2;
  private static final int BUCKET_COUNT = 6 << 3 | 1;
  private static final int EXPLICIT_BOUNDS = 7 << 3 | 2;
  private static final int EXPLICIT_BOUND = 7 << 3 | 1;
  private static final int HISTOGRAM_EXEMPLARS = 8 << 3 | 2;
  private static final int HISTOGRAM_FLAGS = 10 << 3;

  private static final int SUMMARY_QUANTILES = 6 << 3 | 2;
  private static final int QUANTILE = 1 << 3 | 1;
  private static final int QUANTILE_VALUE = 2 << 3 | 1;

  private static final int NO_RECORDED_VALUE = 1;

  /** Prometheus' staleness marker, {@code value.StaleNaN}. */
  static final double STALE = Double.longBitsToDouble(0x7ff0000000000002L);

  private final OtlpInput input;
  private final ProtoReader in;
  private final PointSeries series;
  private final ExemplarReader exemplars;
  private final AttributesPlace place = new AttributesPlace();

  private long[] counts = new long[32];
  private int countsLength;
  private double[] bounds = new double[32];
  private int boundsLength;

  PointReader(OtlpInput input, PointSeries series, ExemplarReader exemplars) {
    this.input = input;
    this.in = input.in;
    this.series = series;
    this.exemplars = exemplars;
  }

  /**
   * Reads a point of a gauge or sum. Returns whether it has a value, or says that it has none.
   *
   * @param sum whether start time and exemplars mean anything
   */
  boolean readNumber(PointColumns columns, boolean sum) throws MalformedPayloadException {
    place.start(NUMBER_ATTRIBUTES, in);
    exemplars.clear();
    long startTime = 0;
    long time = 0;
    long flags = 0;
    double value = 0;
    boolean hasValue = false;
    // hot: attributes are passed over; nothing is allocated for a series that came before.
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case START_TIME -> startTime = input.nanos("a data point's start time");
        case TIME -> time = input.nanos("a data point's time");
        case NUMBER_ATTRIBUTES -> place.passOver(in);
        case NUMBER_FLAGS -> flags = in.varint();
        case NUMBER_DOUBLE -> {
          value = in.float64();
          hasValue = true;
        }
        case NUMBER_INT -> {
          value = (double) in.fixed64();
          hasValue = true;
        }
        case NUMBER_EXEMPLARS -> exemplars.note(tag);
        default -> in.skip(tag);
      }
    }
    boolean stale = isStale(flags);
    if (!hasValue && !stale) {
      return false;
    }
    place.end(series, in);
    columns.point(time, sum ? startTime : 0);
    series.find(Part.VALUE, 0);
    if (sum) {
      exemplars.addAll(columns.all());
    }
    columns.number(series, stale ? STALE : value);
    return true;
  }

  void readHistogram(PointColumns columns) throws MalformedPayloadException {
    place.start(HISTOGRAM_ATTRIBUTES, in);
    exemplars.clear();
    countsLength = 0;
    boundsLength = 0;
    long startTime = 0;
    long time = 0;
    long flags = 0;
    long count = 0;
    double sum = 0;
    boolean hasSum = false;
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case START_TIME -> startTime = input.nanos("a data point's start time");
        case TIME -> time = input.nanos("a data point's time");
        case HISTOGRAM_ATTRIBUTES -> place.passOver(in);
        case HISTOGRAM_FLAGS -> flags = in.varint();
        case HISTOGRAM_COUNT -> count = in.fixed64();
        case HISTOGRAM_SUM -> {
          sum = in.float64();
          hasSum = true;
        }
        case BUCKET_COUNT -> addCount(in.fixed64());
        case EXPLICIT_BOUND -> addBound(in.float64());
        case BUCKET_COUNTS, EXPLICIT_BOUNDS -> readPacked(tag);
        case HISTOGRAM_EXEMPLARS -> exemplars.note(tag);
        default -> in.skip(tag);
      }
    }
    place.end(series, in);
    columns.point(time, startTime);
    boolean stale = isStale(flags);
    if (hasSum) {
      series.find(Part.SUM, 0);
      columns.number(series, stale ? STALE : sum);
    }
    double total = stale ? STALE : Counts.ofUnsigned(count);
    series.find(Part.COUNT, 0);
    columns.number(series, total);
    int buckets = Math.min(boundsLength, countsLength);
    exemplars.sortByBucket(bounds, buckets);
    long cumulative = 0;
    for (int i = 0; i < buckets; i++) {
      cumulative += counts[i];
      series.find(Part.BUCKET, bounds[i]);
      exemplars.addOfBucket(i, columns.all());
      columns.number(series, stale ? STALE : Counts.ofUnsigned(cumulative));
    }
    series.find(Part.BUCKET, Double.POSITIVE_INFINITY);
    exemplars.addAll(columns.all());
    columns.number(series, total);
  }

  void readSummary(PointColumns columns) throws MalformedPayloadException {
    place.start(NUMBER_ATTRIBUTES, in);
    boundsLength = 0;
    long startTime = 0;
    long time = 0;
    long flags = 0;
    long count = 0;
    double sum = 0;
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case START_TIME -> startTime = input.nanos("a data point's start time");
        case TIME -> time = input.nanos("a data point's time");
        case NUMBER_ATTRIBUTES -> place.passOver(in);
        case NUMBER_FLAGS -> flags = in.varint();
        case HISTOGRAM_COUNT -> count = in.fixed64();
        case HISTOGRAM_SUM -> sum = in.float64();
        case SUMMARY_QUANTILES -> readQuantile();
        default -> in.skip(tag);
      }
    }
    place.end(series, in);
    columns.point(time, startTime);
    boolean stale = isStale(flags);
    series.find(Part.SUM, 0);
    columns.number(series, stale ? STALE : sum);
    series.find(Part.COUNT, 0);
    columns.number(series, stale ? STALE : Counts.ofUnsigned(count));
    for (int i = 0; i < boundsLength; i += 2) {
      series.find(Part.QUANTILE, bounds[i]);
      columns.number(series, stale ? STALE : bounds[i + 1]);
    }
  }

  /** Reads a quantile and its value into the next two places of the bounds. */
  private void readQuantile() throws MalformedPayloadException {
    double quantile = 0;
    double value = 0;
    int outer = in.enter();
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case QUANTILE -> quantile = in.float64();
        case QUANTILE_VALUE -> value = in.float64();
        default -> in.skip(tag);
      }
    }
    in.leave(outer);
    addBound(quantile);
    addBound(value);
  }

  private void readPacked(int tag) throws MalformedPayloadException {
    int outer = in.enter();
    while (in.hasMore()) {
      if (tag == BUCKET_COUNTS) {
        addCount(in.fixed64());
      } else {
        addBound(in.float64());
      }
    }
    in.leave(outer);
  }

  private void addCount(long count) {
    if (countsLength == counts.length) {
      counts = Arrays.copyOf(counts, 2 * countsLength);
    }
    counts[countsLength++] = count;
  }

  private void addBound(double bound) {
    if (boundsLength == bounds.length) {
      bounds = Arrays.copyOf(bounds, 2 * boundsLength);
    }
    bounds[boundsLength++] = bound;
  }

  static boolean isStale(long flags) {
    return (flags & NO_RECORDED_VALUE) != 0;
  }
}
