package dev.guanlan.job.common;

import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.histogram.Histogram;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * Writes one block: numbers in bulk, text of any length as UTF-8, and every label name and value
 * once, then by its number.
 */
public final class BlockWriter {

  private static final int CHUNK = 8 << 10;

  private final DataOutputView out;
  private final Map<String, Integer> known = new HashMap<>();

  /** Starts a block. Nothing is written yet. */
  public BlockWriter(DataOutputView out) {
    this.out = out;
  }

  /** Writes where a block came from. */
  public void origin(Origin origin) throws IOException {
    text(origin.topic());
    out.writeInt(origin.partition());
    out.writeLong(origin.offset());
  }

  /** Writes text of any length. */
  public void text(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    count(bytes.length);
    out.write(bytes);
  }

  /** Writes labels; a name or value that this block had before takes a byte or two. */
  public void labels(Labels labels) throws IOException {
    count(labels.size());
    for (int i = 0; i < labels.size(); i++) {
      repeated(labels.name(i));
      repeated(labels.value(i));
    }
  }

  /** Writes 0 and the text where it is new, else its number, from 1. */
  private void repeated(String text) throws IOException {
    Integer number = known.putIfAbsent(text, known.size() + 1);
    if (number == null) {
      count(0);
      text(text);
    } else {
      count(number);
    }
  }

  /** Writes a number that is not negative, seven bits a byte, the low ones first. */
  public void count(int count) throws IOException {
    int rest = count;
    while (rest > 0x7F) {
      out.writeByte(rest | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }

  /** Writes the first {@code length} of {@code values}, eight bytes each. */
  public void longs(long[] values, int length) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(Math.min(CHUNK, length * Long.BYTES));
    for (int from = 0; from < length; from += CHUNK / Long.BYTES) {
      int part = Math.min(CHUNK / Long.BYTES, length - from);
      chunk.asLongBuffer().put(values, from, part);
      out.write(chunk.array(), 0, part * Long.BYTES);
    }
  }

  /** Writes any number of 32 bits; one near 0 takes a byte. */
  public void signed(int value) throws IOException {
    // 0, -1, 1, -2, … become 0, 1, 2, 3, …
    int rest = (value << 1) ^ (value >> 31);
    while ((rest & ~0x7F) != 0) {
      out.writeByte(rest | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }

  /** Writes eight bytes. */
  public void number(long value) throws IOException {
    out.writeLong(value);
  }

  /** Writes a number by its very bits. */
  public void number(double value) throws IOException {
    out.writeLong(Double.doubleToRawLongBits(value));
  }

  /** Writes a column of histograms with gaps. */
  public void histograms(@Nullable Histogram[] column, int size) throws IOException {
    for (int i = 0; i < size; i++) {
      Histogram histogram = column[i];
      count(histogram == null ? 0 : 1);
      if (histogram != null) {
        histogram(histogram);
      }
    }
  }

  /** Writes a native histogram, all numbers by their very bits. */
  public void histogram(Histogram histogram) throws IOException {
    HistogramFormat.write(histogram, this);
  }
}
