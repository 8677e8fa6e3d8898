package dev.guanlan.codec.remotewrite;

import static dev.guanlan.codec.protobuf.ProtoWriter.fieldSize;
import static dev.guanlan.codec.protobuf.ProtoWriter.varintSize;

import dev.guanlan.codec.protobuf.ProtoWriter;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SampleBlock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.xerial.snappy.Snappy;

/**
 * Encodes blocks as remote-write 1.0 request bodies. An instance keeps buffers, so it belongs to
 * one thread at a time.
 */
public final class RemoteWriteEncoder {

  private static final int TIMESERIES = 1 << 3 | 2;
  private static final int LABELS = 1 << 3 | 2;
  private static final int SAMPLES = 2 << 3 | 2;
  private static final int NAME = 1 << 3 | 2;
  private static final int LABEL_VALUE = 2 << 3 | 2;
  private static final int VALUE = 1 << 3 | 1;
  private static final int TIMESTAMP = 2 << 3;

  private final ProtoWriter out = new ProtoWriter();

  /** Makes an encoder. */
  public RemoteWriteEncoder() {}

  /** Returns a block's series and samples, in its order, as a snappy-compressed WriteRequest. */
  public byte[] encode(SampleBlock block) {
    out.reset();
    for (int series = 0; series < block.seriesCount(); series++) {
      writeSeries(block, series);
    }
    byte[] compressed = new byte[Snappy.maxCompressedLength(out.length())];
    try {
      int length = Snappy.compress(out.bytes(), 0, out.length(), compressed, 0);
      return Arrays.copyOf(compressed, length);
    } catch (IOException e) {
      throw new UncheckedIOException("snappy did not compress " + out.length() + " bytes", e);
    }
  }

  private void writeSeries(SampleBlock block, int series) {
    Labels labels = block.labels(series);
    byte[][] texts = new byte[2 * labels.size()][];
    int size = 0;
    for (int i = 0; i < labels.size(); i++) {
      texts[2 * i] = labels.name(i).getBytes(StandardCharsets.UTF_8);
      texts[2 * i + 1] = labels.value(i).getBytes(StandardCharsets.UTF_8);
      size += fieldSize(fieldSize(texts[2 * i].length) + fieldSize(texts[2 * i + 1].length));
    }
    for (int i = block.firstSample(series); i < block.endSample(series); i++) {
      size += fieldSize(sampleSize(block, i));
    }
    out.varint(TIMESERIES);
    out.varint(size);
    for (int i = 0; i < texts.length; i += 2) {
      out.varint(LABELS);
      out.varint(fieldSize(texts[i].length) + fieldSize(texts[i + 1].length));
      out.field(NAME, texts[i]);
      out.field(LABEL_VALUE, texts[i + 1]);
    }
    for (int i = block.firstSample(series); i < block.endSample(series); i++) {
      out.varint(SAMPLES);
      out.varint(sampleSize(block, i));
      long bits = Double.doubleToRawLongBits(block.value(i));
      if (bits != 0) {
        out.varint(VALUE);
        out.fixed64(bits);
      }
      if (block.timestamp(i) != 0) {
        out.varint(TIMESTAMP);
        out.varint(block.timestamp(i));
      }
    }
  }

  private static int sampleSize(SampleBlock block, int sample) {
    int value = Double.doubleToRawLongBits(block.value(sample)) == 0 ? 0 : 9;
    long timestamp = block.timestamp(sample);
    return value + (timestamp == 0 ? 0 : 1 + varintSize(timestamp));
  }
}
