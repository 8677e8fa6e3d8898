package dev.guanlan.job.common;

import dev.guanlan.model.Exemplar;
import dev.guanlan.model.MetricMetadata;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Histogram;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes what most blocks of samples do not have: one byte says which columns follow, and each is
 * written only where it is there. Histograms stand with the number of samples since the one before.
 */
final class SampleExtrasFormat {

  private static final int HISTOGRAMS = 1;
  private static final int START_TIMESTAMPS = 2;
  private static final int DELTA = 4;
  private static final int EXEMPLARS = 8;
  private static final int METADATA = 16;
  private static final int ALL = 31;

  private static final MetricMetadata.Type[] TYPES = MetricMetadata.Type.values();

  private SampleExtrasFormat() {}

  // The order of the types is part of the format.
  @SuppressWarnings("EnumOrdinal")
  static void write(SampleBlock block, BlockWriter out) throws IOException {
    int there =
        (block.hasHistograms() ? HISTOGRAMS : 0)
            | (block.hasStartTimestamps() ? START_TIMESTAMPS : 0)
            | (block.hasDeltas() ? DELTA : 0)
            | (block.exemplars().isEmpty() ? 0 : EXEMPLARS)
            | (block.metadata().isEmpty() ? 0 : METADATA);
    out.count(there);
    if ((there & HISTOGRAMS) != 0) {
      writeHistograms(block, out);
    }
    if ((there & START_TIMESTAMPS) != 0) {
      long[] column = new long[block.sampleCount()];
      for (int i = 0; i < column.length; i++) {
        column[i] = block.startTimestamp(i);
      }
      out.longs(column, column.length);
    }
    if ((there & DELTA) != 0) {
      for (int s = 0; s < block.seriesCount(); s++) {
        out.count(block.isDelta(s) ? 1 : 0);
      }
    }
    if ((there & EXEMPLARS) != 0) {
      out.count(block.exemplars().size());
      for (Exemplar exemplar : block.exemplars()) {
        out.count(exemplar.series());
        out.labels(exemplar.labels());
        out.number(exemplar.value());
        out.number(exemplar.timestampMillis());
      }
    }
    if ((there & METADATA) != 0) {
      out.count(block.metadata().size());
      for (MetricMetadata what : block.metadata()) {
        out.text(what.metric());
        out.count(what.type().ordinal());
        out.text(what.help());
        out.text(what.unit());
      }
    }
  }

  private static void writeHistograms(SampleBlock block, BlockWriter out) throws IOException {
    int histograms = 0;
    for (int i = 0; i < block.sampleCount(); i++) {
      histograms += block.histogram(i) == null ? 0 : 1;
    }
    out.count(histograms);
    int next = 0;
    for (int i = 0; i < block.sampleCount(); i++) {
      Histogram histogram = block.histogram(i);
      if (histogram != null) {
        out.count(i - next);
        out.histogram(histogram);
        next = i + 1;
      }
    }
  }

  static SampleBlock.Extras read(BlockReader in, int series, int samples) throws IOException {
    int there = in.count();
    if (there == 0) {
      return SampleBlock.Extras.NONE;
    }
    if (there > ALL) {
      throw new IOException("a block of samples has columns that are not known: " + there);
    }
    return new SampleBlock.Extras(
        (there & HISTOGRAMS) == 0 ? null : histograms(in, samples),
        (there & START_TIMESTAMPS) == 0 ? null : in.longs(samples),
        (there & DELTA) == 0 ? null : delta(in, series),
        (there & EXEMPLARS) == 0 ? List.of() : exemplars(in),
        (there & METADATA) == 0 ? List.of() : metadata(in));
  }

  private static @Nullable Histogram[] histograms(BlockReader in, int samples) throws IOException {
    @Nullable Histogram[] column = new @Nullable Histogram[samples];
    int left = in.count();
    for (int next = 0; left > 0; left--) {
      next += in.count();
      if (next >= samples) {
        throw new IOException("a block of samples has a histogram behind its last sample");
      }
      column[next++] = in.histogram();
    }
    return column;
  }

  private static boolean[] delta(BlockReader in, int series) throws IOException {
    boolean[] flags = new boolean[series];
    for (int s = 0; s < series; s++) {
      flags[s] = in.count() == 1;
    }
    return flags;
  }

  private static List<Exemplar> exemplars(BlockReader in) throws IOException {
    int count = in.count();
    List<Exemplar> exemplars = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      exemplars.add(new Exemplar(in.count(), in.labels(), in.decimal(), in.number()));
    }
    return List.copyOf(exemplars);
  }

  private static List<MetricMetadata> metadata(BlockReader in) throws IOException {
    int count = in.count();
    List<MetricMetadata> metadata = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      String metric = in.text();
      int type = in.count();
      if (type >= TYPES.length) {
        throw new IOException("a metric has the type " + type + ", which is none");
      }
      metadata.add(new MetricMetadata(metric, TYPES[type], in.text(), in.text()));
    }
    return List.copyOf(metadata);
  }
}
