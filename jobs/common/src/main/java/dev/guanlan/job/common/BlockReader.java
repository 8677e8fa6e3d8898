package dev.guanlan.job.common;

import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.histogram.Histogram;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.jspecify.annotations.Nullable;

/** Reads what a {@link BlockWriter} wrote. */
public final class BlockReader {

  private static final int CHUNK = 8 << 10;

  private final DataInputView in;
  private final List<String> known = new ArrayList<>();

  /** Starts a block. Nothing is read yet. */
  public BlockReader(DataInputView in) {
    this.in = in;
  }

  /** Reads where a block came from. */
  public Origin origin() throws IOException {
    return new Origin(text(), in.readInt(), in.readLong());
  }

  /** Reads text. */
  public String text() throws IOException {
    byte[] bytes = new byte[count()];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Reads labels. */
  public Labels labels() throws IOException {
    int size = count();
    if (size == 0) {
      return Labels.EMPTY;
    }
    String[] pairs = new String[2 * size];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = repeated();
    }
    return Labels.of(pairs);
  }

  private String repeated() throws IOException {
    int number = count();
    if (number == 0) {
      String text = text();
      known.add(text);
      return text;
    }
    if (number > known.size()) {
      throw new IOException("a block's text number " + number + " was not written before it");
    }
    return known.get(number - 1);
  }

  /** Reads a number that is not negative. */
  public int count() throws IOException {
    int count = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = in.readByte();
      count |= (next & 0x7F) << shift;
      if (next >= 0) {
        if (count < 0) {
          break;
        }
        return count;
      }
    }
    throw new IOException("a block holds a count that is no count");
  }

  /** Reads {@code length} numbers. */
  public long[] longs(int length) throws IOException {
    long[] values = new long[length];
    byte[] chunk = new byte[Math.min(CHUNK, length * Long.BYTES)];
    for (int from = 0; from < length; from += CHUNK / Long.BYTES) {
      int part = Math.min(CHUNK / Long.BYTES, length - from);
      in.readFully(chunk, 0, part * Long.BYTES);
      ByteBuffer.wrap(chunk).asLongBuffer().get(values, from, part);
    }
    return values;
  }

  /** Reads any number of 32 bits. */
  public int signed() throws IOException {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = in.readByte();
      value |= (next & 0x7F) << shift;
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new IOException("a block holds a number that is no number");
  }

  /** Reads eight bytes. */
  public long number() throws IOException {
    return in.readLong();
  }

  /** Reads a number by its very bits. */
  public double decimal() throws IOException {
    return Double.longBitsToDouble(in.readLong());
  }

  /** Reads a column of histograms with gaps. */
  public @Nullable Histogram[] histograms(int size) throws IOException {
    @Nullable Histogram[] column = new @Nullable Histogram[size];
    for (int i = 0; i < size; i++) {
      column[i] = count() == 0 ? null : histogram();
    }
    return column;
  }

  /** Reads a native histogram. */
  public Histogram histogram() throws IOException {
    return HistogramFormat.read(this);
  }
}
