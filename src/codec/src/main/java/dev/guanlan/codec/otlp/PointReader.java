package dev.guanlan.codec.otlp;

import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.histogram.Counts;
import dev.guanlan.codec.protobuf.ProtoReader;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Reads data points of every kind and adds their series to a block. */
final class PointReader {

  private static final int TIME = 3 << 3 | 1;
  private static final int NUMBER_ATTRIBUTES = 7 << 3 | 2;
  private static final int NUMBER_DOUBLE = 4 << 3 | 1;
  private static final int NUMBER_INT = 6 << 3 | 1;
  private static final int NUMBER_FLAGS = 8 << 3;

  private static final int HISTOGRAM_ATTRIBUTES = 9 << 3 | 2;
  private static final int HISTOGRAM_COUNT = 4 << 3 | 1;
  private static final int HISTOGRAM_SUM = 5 << 3 | 1;
  private static final int BUCKET_COUNTS = 6 << 3 | 2;
  private static final int BUCKET_COUNT = 6 << 3 | 1;
  private static final int EXPLICIT_BOUNDS = 7 << 3 | 2;
  private static final int EXPLICIT_BOUND = 7 << 3 | 1;
  private static final int HISTOGRAM_FLAGS = 10 << 3;

  private static final int SUMMARY_QUANTILES = 6 << 3 | 2;
  private static final int QUANTILE = 1 << 3 | 1;
  private static final int QUANTILE_VALUE = 2 << 3 | 1;

  private static final int NO_RECORDED_VALUE = 1;

  /** Prometheus' staleness marker, {@code value.StaleNaN}. */
  private static final double STALE = Double.longBitsToDouble(0x7ff0000000000002L);

  private static final int MAX_REMEMBERED_NUMBERS = 4096;

  private final OtlpInput input;
  private final ProtoReader in;
  private final AttributesReader attributes;
  private final SeriesLabels labels;
  private final Map<Double, String> numbers = new HashMap<>();

  private long[] counts = new long[32];
  private int countsLength;
  private double[] bounds = new double[32];
  private int boundsLength;

  PointReader(OtlpInput input, AttributesReader attributes, SeriesLabels labels) {
    this.input = input;
    this.in = input.in;
    this.attributes = attributes;
    this.labels = labels;
  }

  /** Reads a point of a gauge or sum. Returns whether it has a value, or says that it has none. */
  boolean readNumber(String name, SampleColumnsBuilder block) throws MalformedPayloadException {
    attributes.clear();
    long time = 0;
    long flags = 0;
    double value = 0;
    boolean hasValue = false;
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case TIME -> time = input.nanos("a data point's time");
        case NUMBER_ATTRIBUTES -> attributes.read();
        case NUMBER_FLAGS -> flags = in.varint();
        case NUMBER_DOUBLE -> {
          value = in.float64();
          hasValue = true;
        }
        case NUMBER_INT -> {
          value = in.fixed64();
          hasValue = true;
        }
        default -> in.skip(tag);
      }
    }
    boolean stale = isStale(flags);
    if (!hasValue && !stale) {
      return false;
    }
    labels.point(attributes);
    block.sample(labels.series(name, null, ""), block.millis(time), stale ? STALE : value);
    return true;
  }

  void readHistogram(String name, SampleColumnsBuilder block) throws MalformedPayloadException {
    attributes.clear();
    countsLength = 0;
    boundsLength = 0;
    long time = 0;
    long flags = 0;
    long count = 0;
    double sum = 0;
    boolean hasSum = false;
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case TIME -> time = input.nanos("a data point's time");
        case HISTOGRAM_ATTRIBUTES -> attributes.read();
        case HISTOGRAM_FLAGS -> flags = in.varint();
        case HISTOGRAM_COUNT -> count = in.fixed64();
        case HISTOGRAM_SUM -> {
          sum = in.float64();
          hasSum = true;
        }
        case BUCKET_COUNT -> addCount(in.fixed64());
        case EXPLICIT_BOUND -> addBound(in.float64());
        case BUCKET_COUNTS, EXPLICIT_BOUNDS -> readPacked(tag);
        default -> in.skip(tag);
      }
    }
    labels.point(attributes);
    boolean stale = isStale(flags);
    long millis = block.millis(time);
    if (hasSum) {
      block.sample(labels.series(name + "_sum", null, ""), millis, stale ? STALE : sum);
    }
    double total = stale ? STALE : Counts.ofUnsigned(count);
    block.sample(labels.series(name + "_count", null, ""), millis, total);
    String bucket = name + "_bucket";
    long cumulative = 0;
    for (int i = 0; i < Math.min(boundsLength, countsLength); i++) {
      cumulative += counts[i];
      block.sample(
          labels.series(bucket, "le", text(bounds[i])),
          millis,
          stale ? STALE : Counts.ofUnsigned(cumulative));
    }
    block.sample(labels.series(bucket, "le", "+Inf"), millis, total);
  }

  void readSummary(String name, SampleColumnsBuilder block) throws MalformedPayloadException {
    attributes.clear();
    boundsLength = 0;
    long time = 0;
    long flags = 0;
    long count = 0;
    double sum = 0;
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case TIME -> time = input.nanos("a data point's time");
        case NUMBER_ATTRIBUTES -> attributes.read();
        case NUMBER_FLAGS -> flags = in.varint();
        case HISTOGRAM_COUNT -> count = in.fixed64();
        case HISTOGRAM_SUM -> sum = in.float64();
        case SUMMARY_QUANTILES -> readQuantile();
        default -> in.skip(tag);
      }
    }
    labels.point(attributes);
    boolean stale = isStale(flags);
    long millis = block.millis(time);
    block.sample(labels.series(name + "_sum", null, ""), millis, stale ? STALE : sum);
    block.sample(
        labels.series(name + "_count", null, ""), millis, stale ? STALE : Counts.ofUnsigned(count));
    for (int i = 0; i < boundsLength; i += 2) {
      block.sample(
          labels.series(name, "quantile", text(bounds[i])), millis, stale ? STALE : bounds[i + 1]);
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

  private String text(double number) {
    if (numbers.size() >= MAX_REMEMBERED_NUMBERS) {
      numbers.clear();
    }
    return numbers.computeIfAbsent(number, Numbers::plain);
  }

  private static boolean isStale(long flags) {
    return (flags & NO_RECORDED_VALUE) != 0;
  }
}
