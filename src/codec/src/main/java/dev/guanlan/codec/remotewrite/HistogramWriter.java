package dev.guanlan.codec.remotewrite;

import dev.guanlan.codec.protobuf.ProtoWriter;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;

/**
 * Writes native histograms as remote write 1.0 and 2.0 have them alike: as histograms of floats,
 * which hold all that ours hold.
 */
final class HistogramWriter {

  private final ProtoWriter out = new ProtoWriter();
  private final ProtoWriter part = new ProtoWriter();

  /** Returns the message of a histogram at a time, valid until the next. */
  ProtoWriter write(Histogram histogram, long timestamp, long startTimestamp) {
    out.reset();
    // Written though it may be 0: it says that this is a histogram of floats.
    out.varint(2 << 3 | 1);
    out.fixed64(Double.doubleToRawLongBits(histogram.count()));
    out.fixed64(3 << 3 | 1, Double.doubleToRawLongBits(histogram.sum()));
    out.varint(4 << 3, zigzag(histogram.schema()));
    out.fixed64(5 << 3 | 1, Double.doubleToRawLongBits(histogram.zeroThreshold()));
    out.fixed64(7 << 3 | 1, Double.doubleToRawLongBits(histogram.zeroCount()));
    spans(8 << 3 | 2, histogram.negative());
    counts(10 << 3 | 2, histogram.negative());
    spans(11 << 3 | 2, histogram.positive());
    counts(13 << 3 | 2, histogram.positive());
    int hint =
        switch (histogram.resetHint()) {
          case UNKNOWN -> 0;
          case RESET -> 1;
          case NOT_RESET -> 2;
          case GAUGE -> 3;
        };
    out.varint(14 << 3, hint);
    out.varint(15 << 3, timestamp);
    if (histogram.customBounds() > 0) {
      part.reset();
      for (int i = 0; i < histogram.customBounds(); i++) {
        part.fixed64(Double.doubleToRawLongBits(histogram.customBound(i)));
      }
      out.message(16 << 3 | 2, part);
    }
    out.varint(17 << 3, startTimestamp);
    return out;
  }

  private void spans(int tag, Buckets buckets) {
    int behind = 0;
    for (int from = 0; from < buckets.size(); ) {
      int to = from + 1;
      while (to < buckets.size() && buckets.index(to) == buckets.index(to - 1) + 1) {
        to++;
      }
      part.reset();
      part.varint(1 << 3, zigzag(buckets.index(from) - behind));
      part.varint(2 << 3, to - from);
      out.message(tag, part);
      behind = buckets.index(to - 1) + 1;
      from = to;
    }
  }

  private void counts(int tag, Buckets buckets) {
    if (buckets.size() > 0) {
      part.reset();
      for (int i = 0; i < buckets.size(); i++) {
        part.fixed64(Double.doubleToRawLongBits(buckets.count(i)));
      }
      out.message(tag, part);
    }
  }

  private static long zigzag(int value) {
    return Integer.toUnsignedLong((value << 1) ^ (value >> 31));
  }
}
