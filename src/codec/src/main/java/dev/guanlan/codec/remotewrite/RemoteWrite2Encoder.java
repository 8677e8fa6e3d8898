package dev.guanlan.codec.remotewrite;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.guanlan.codec.protobuf.ProtoWriter;
import dev.guanlan.codec.snappy.SnappyBlock;
import dev.guanlan.model.Exemplar;
import dev.guanlan.model.Labels;
import dev.guanlan.model.MetricMetadata;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Histogram;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Encodes blocks as remote-write 2.0 request bodies. An instance keeps buffers, so it belongs to
 * one thread at a time.
 */
public final class RemoteWrite2Encoder {

  private static final int SYMBOLS = 4 << 3 | 2;
  private static final int TIMESERIES = 5 << 3 | 2;
  private static final int LABELS_REFS = 1 << 3 | 2;
  private static final int SAMPLES = 2 << 3 | 2;
  private static final int HISTOGRAMS = 3 << 3 | 2;
  private static final int EXEMPLARS = 4 << 3 | 2;
  private static final int METADATA = 5 << 3 | 2;

  private final ProtoWriter out = new ProtoWriter();
  private final ProtoWriter allSeries = new ProtoWriter();
  private final ProtoWriter series = new ProtoWriter();
  private final ProtoWriter part = new ProtoWriter();
  private final ProtoWriter refs = new ProtoWriter();
  private final HistogramWriter histograms = new HistogramWriter();
  private final Map<String, Integer> symbols = new LinkedHashMap<>();

  /** Makes an encoder. */
  public RemoteWrite2Encoder() {}

  /**
   * Returns a block's series, in its order, with all that belongs to them, as a snappy-compressed
   * Request. What the block says of a metric goes with the series of that very name.
   */
  public byte[] encode(SampleBlock block) {
    symbols.clear();
    // The protocol wants the empty text first.
    symbol("");
    allSeries.reset();
    Map<String, MetricMetadata> metadata = new HashMap<>();
    block.metadata().forEach(what -> metadata.put(what.metric(), what));
    int nextExemplar = 0;
    for (int s = 0; s < block.seriesCount(); s++) {
      series.reset();
      writeLabels(block.labels(s), series);
      for (int i = block.firstSample(s); i < block.endSample(s); i++) {
        writeSample(block, i);
      }
      while (nextExemplar < block.exemplars().size()
          && block.exemplars().get(nextExemplar).series() == s) {
        writeExemplar(block.exemplars().get(nextExemplar++));
      }
      MetricMetadata what = metadata.get(block.labels(s).metricName());
      if (what != null) {
        part.reset();
        part.varint(1 << 3, MetricTypes.number(what.type()));
        part.varint(3 << 3, symbol(what.help()));
        part.varint(4 << 3, symbol(what.unit()));
        series.message(METADATA, part);
      }
      allSeries.message(TIMESERIES, series);
    }
    out.reset();
    symbols.keySet().forEach(text -> out.field(SYMBOLS, text.getBytes(UTF_8)));
    out.append(allSeries);
    return SnappyBlock.compress(out);
  }

  private int symbol(String text) {
    return symbols.computeIfAbsent(text, key -> symbols.size());
  }

  private void writeLabels(Labels labels, ProtoWriter to) {
    refs.reset();
    for (int i = 0; i < labels.size(); i++) {
      refs.varint(symbol(labels.name(i)));
      refs.varint(symbol(labels.value(i)));
    }
    to.message(LABELS_REFS, refs);
  }

  private void writeSample(SampleBlock block, int sample) {
    Histogram histogram = block.histogram(sample);
    long start = block.startTimestamp(sample);
    if (histogram != null) {
      series.message(HISTOGRAMS, histograms.write(histogram, block.timestamp(sample), start));
      return;
    }
    part.reset();
    part.fixed64(1 << 3 | 1, Double.doubleToRawLongBits(block.value(sample)));
    part.varint(2 << 3, block.timestamp(sample));
    part.varint(3 << 3, start);
    series.message(SAMPLES, part);
  }

  private void writeExemplar(Exemplar exemplar) {
    part.reset();
    writeLabels(exemplar.labels(), part);
    part.fixed64(2 << 3 | 1, Double.doubleToRawLongBits(exemplar.value()));
    part.varint(3 << 3, exemplar.timestampMillis());
    series.message(EXEMPLARS, part);
  }
}
