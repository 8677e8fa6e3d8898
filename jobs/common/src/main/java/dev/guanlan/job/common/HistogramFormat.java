package dev.guanlan.job.common;

import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import java.io.IOException;

/**
 * Writes native histograms: how many buckets, then the step from each index to the next, and the
 * count.
 */
final class HistogramFormat {

  private static final ResetHint[] HINTS = ResetHint.values();

  private HistogramFormat() {}

  // The order of the hints is part of the format.
  @SuppressWarnings("EnumOrdinal")
  static void write(Histogram histogram, BlockWriter out) throws IOException {
    out.count(histogram.resetHint().ordinal());
    out.signed(histogram.schema());
    out.number(histogram.zeroThreshold());
    out.number(histogram.zeroCount());
    out.number(histogram.count());
    out.number(histogram.sum());
    write(histogram.positive(), out);
    write(histogram.negative(), out);
    out.count(histogram.customBounds());
    for (int i = 0; i < histogram.customBounds(); i++) {
      out.number(histogram.customBound(i));
    }
  }

  private static void write(Buckets buckets, BlockWriter out) throws IOException {
    out.count(buckets.size());
    int before = 0;
    for (int i = 0; i < buckets.size(); i++) {
      out.signed(buckets.index(i) - before);
      before = buckets.index(i);
      out.number(buckets.count(i));
    }
  }

  static Histogram read(BlockReader in) throws IOException {
    int hint = in.count();
    if (hint >= HINTS.length) {
      throw new IOException("a histogram has the reset hint " + hint + ", which is none");
    }
    int schema = in.signed();
    double zeroThreshold = in.decimal();
    double zeroCount = in.decimal();
    double count = in.decimal();
    double sum = in.decimal();
    Buckets positive = buckets(in);
    Buckets negative = buckets(in);
    double[] bounds = new double[in.count()];
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = in.decimal();
    }
    return new Histogram(
        HINTS[hint], schema, zeroThreshold, zeroCount, count, sum, positive, negative, bounds);
  }

  private static Buckets buckets(BlockReader in) throws IOException {
    int size = in.count();
    int[] indexes = new int[size];
    double[] counts = new double[size];
    int before = 0;
    for (int i = 0; i < size; i++) {
      before += in.signed();
      indexes[i] = before;
      counts[i] = in.decimal();
    }
    return Buckets.of(indexes, counts, size);
  }
}
