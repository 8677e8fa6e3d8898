package dev.guanlan.job.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnsTest {

  private static final long[] EXTREMES = {
    0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE, 127, 128, 1_700_000_000_000L
  };

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 9, 5000})
  void areReadAsTheyWereWritten(int length) throws IOException {
    Random random = new Random(length);
    long[] longs = new long[length];
    Arrays.setAll(
        longs, i -> i < EXTREMES.length ? EXTREMES[i] : random.nextLong() >> random.nextInt(64));
    int[] ints = new int[length];
    Arrays.setAll(ints, i -> (int) longs[i]);
    int[] counts = new int[length];
    Arrays.setAll(counts, i -> ints[i] & Integer.MAX_VALUE);
    double[] decimals = new double[length];
    Arrays.setAll(decimals, i -> Double.longBitsToDouble(longs[i]));
    ColumnWriter writer = new ColumnWriter();
    DataOutputSerializer out = new DataOutputSerializer(16);
    for (int round = 0; round < 2; round++) {
      writer.count(length);
      writer.longs(longs, length);
      writer.steps(longs, length);
      writer.steps(ints, length);
      writer.counts(counts, length);
      writer.decimals(decimals, length);
      writer.writeTo(out);
    }
    DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
    for (int round = 0; round < 2; round++) {
      ColumnReader reader = new ColumnReader(in);
      assertThat(reader.count()).isEqualTo(length);
      assertThat(reader.longs(length)).isEqualTo(longs);
      assertThat(reader.steps(length)).isEqualTo(longs);
      assertThat(reader.smallSteps(length)).isEqualTo(ints);
      assertThat(reader.counts(length)).isEqualTo(counts);
      double[] read = reader.decimals(length);
      assertThat(Arrays.stream(read).mapToLong(Double::doubleToRawLongBits).toArray())
          .isEqualTo(longs);
    }
    assertThat(in.available()).isZero();
  }

  @Test
  void thatEndTooEarlyAreRefused() throws IOException {
    ColumnWriter writer = new ColumnWriter();
    writer.count(1);
    DataOutputSerializer out = new DataOutputSerializer(16);
    writer.writeTo(out);
    byte[] bytes = out.getCopyOfBuffer();
    ColumnReader longs = new ColumnReader(new DataInputDeserializer(bytes));
    assertThatThrownBy(() -> longs.longs(2))
        .isInstanceOf(IOException.class)
        .hasMessage("columns end after 1 bytes, before their last number");
    ColumnReader steps = new ColumnReader(new DataInputDeserializer(bytes));
    assertThatThrownBy(() -> steps.steps(2)).isInstanceOf(IOException.class);
  }
}
