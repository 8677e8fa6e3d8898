package dev.guanlan.codec.remotewrite;

import static dev.guanlan.codec.protobuf.ProtoWriter.fieldSize;

import dev.guanlan.codec.protobuf.ProtoWriter;
import dev.guanlan.codec.snappy.SnappyBlock;
import dev.guanlan.model.Exemplar;
import dev.guanlan.model.Labels;
import dev.guanlan.model.MetricMetadata;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Histogram;
import java.nio.charset.StandardCharsets;

/**
 * Encodes blocks as remote-write 1.0 request bodies. An instance keeps buffers, so it belongs to
 * one thread at a time.
 */
public final class RemoteWriteEncoder {

  private static final int TIMESERIES = 1 << 3 | 2;
  private static final int METADATA = 3 << 3 | 2;
  private static final int LABELS = 1 << 3 | 2;
  private static final int SAMPLES = 2 << 3 | 2;
  private static final int EXEMPLARS = 3 << 3 | 2;
  private static final int HISTOGRAMS = 4 << 3 | 2;

  private final ProtoWriter out = new ProtoWriter();
  private final ProtoWriter series = new ProtoWriter();
  private final ProtoWriter part = new ProtoWriter();
  private final HistogramWriter histograms = new HistogramWriter();

  /** Makes an encoder. */
  public RemoteWriteEncoder() {}

  /**
   * Returns a block's series, in its order, with all that belongs to them but start times, as a
   * snappy-compressed WriteRequest.
   */
  public byte[] encode(SampleBlock block) {
    out.reset();
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
      out.message(TIMESERIES, series);
    }
    for (MetricMetadata what : block.metadata()) {
      part.reset();
      part.varint(1 << 3, MetricTypes.number(what.type()));
      part.text(2 << 3 | 2, what.metric());
      part.text(4 << 3 | 2, what.help());
      part.text(5 << 3 | 2, what.unit());
      out.message(METADATA, part);
    }
    return SnappyBlock.compress(out);
  }

  private static void writeLabels(Labels labels, ProtoWriter to) {
    for (int i = 0; i < labels.size(); i++) {
      byte[] name = labels.name(i).getBytes(StandardCharsets.UTF_8);
      byte[] value = labels.value(i).getBytes(StandardCharsets.UTF_8);
      to.varint(LABELS);
      to.varint(fieldSize(name.length) + fieldSize(value.length));
      to.field(1 << 3 | 2, name);
      to.field(2 << 3 | 2, value);
    }
  }

  private void writeSample(SampleBlock block, int sample) {
    Histogram histogram = block.histogram(sample);
    if (histogram != null) {
      series.message(HISTOGRAMS, histograms.write(histogram, block.timestamp(sample), 0));
      return;
    }
    part.reset();
    part.fixed64(1 << 3 | 1, Double.doubleToRawLongBits(block.value(sample)));
    part.varint(2 << 3, block.timestamp(sample));
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
