package dev.guanlan.promql.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.IntToDoubleFunction;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;

@Label("A packed block")
class PackedSamplesTest {

  private static final int BLOCK = SealedBlocks.BLOCK;

  private static final double[] SPECIAL = {
    0.0,
    -0.0,
    Double.NaN,
    Double.longBitsToDouble(0x7ff8000000000123L),
    StaleMarker.VALUE,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    1e15,
    1L << 53,
    0.1 + 0.2
  };

  @Property(tries = 5000)
  @Label("gives back every bit of what went into it, from any place to any place")
  void givesBackEveryBit(@ForAll long seed) {
    Random random = new Random(seed);
    int count = 1 + random.nextInt(PackedSamples.MOST);
    long[] timestamps = timestamps(random, count + 3);
    double[] values = values(random, count + 3);
    byte[] packed = PackedSamples.of(timestamps, values, 3, 3 + count);

    assertThat(PackedSamples.count(packed)).isEqualTo(count);
    long[] readTimestamps = new long[count + 2];
    PackedSamples.readTimestamps(packed, timestamps[3], readTimestamps, 2);
    double[] readValues = new double[count + 2];
    for (int length : new int[] {1, (count + 1) / 2, count}) {
      PackedSamples.readValues(packed, length, readValues, 2, new long[PackedSamples.MOST]);
      for (int i = 0; i < length; i++) {
        assertThat(readTimestamps[i + 2]).isEqualTo(timestamps[i + 3]);
        assertThat(Double.doubleToRawLongBits(readValues[i + 2]))
            .isEqualTo(Double.doubleToRawLongBits(values[i + 3]));
      }
    }
  }

  private static long[] timestamps(Random random, int count) {
    long[] begins = {Long.MIN_VALUE, -1_000_000, 0, 1_700_000_000_000L};
    long time = begins[random.nextInt(begins.length)];
    int jitter = 1 + random.nextInt(3) * 50;
    int gapEvery = 1 + random.nextInt(200);
    long[] timestamps = new long[count];
    for (int i = 0; i < count; i++) {
      timestamps[i] = time;
      time +=
          random.nextInt(gapEvery) == 0
              ? 1 + (random.nextLong() >>> (8 + random.nextInt(50)))
              : 15_000 + random.nextInt(jitter);
    }
    return timestamps;
  }

  private static double[] values(Random random, int count) {
    int kind = random.nextInt(6);
    int shift = random.nextInt(63);
    double power = Math.pow(10, random.nextInt(9));
    int specialEvery = random.nextBoolean() ? 1 + random.nextInt(100) : Integer.MAX_VALUE;
    double total = 0;
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      total += random.nextInt(100);
      double value =
          switch (kind) {
            case 0 -> Double.longBitsToDouble(random.nextLong());
            case 1 -> random.nextLong() >> shift;
            case 2 -> (random.nextInt() >> 12) / power;
            case 3 -> total;
            case 4 -> random.nextGaussian();
            default -> shift / 7.0;
          };
      values[i] =
          random.nextInt(specialEvery) == 0 ? SPECIAL[random.nextInt(SPECIAL.length)] : value;
    }
    return values;
  }

  @Example
  @Label("takes next to nothing for constants, and little for what has few digits")
  void takesLittle() {
    Random random = new Random(1);
    double[] total = {1e6};
    assertThat(bytes(false, i -> 42.5)).isLessThan(36);
    assertThat(bytes(false, i -> 7 * i)).isLessThan(36);
    assertThat(bytes(false, i -> Math.PI)).isLessThan(44);
    assertThat(bytes(true, i -> total[0] += random.nextInt(1000))).isLessThan(5 * BLOCK / 2);
    assertThat(bytes(false, i -> Math.rint(500 + 50 * random.nextGaussian()) / 10))
        .isLessThan(8 * BLOCK / 5);
    assertThat(bytes(false, i -> random.nextDouble())).isLessThan(41 * BLOCK / 5);
  }

  /** Returns how many bytes a full block of values takes, with times that jitter or do not. */
  private static int bytes(boolean jitter, IntToDoubleFunction value) {
    Random random = new Random(2);
    long[] timestamps = new long[BLOCK];
    double[] values = new double[BLOCK];
    for (int i = 0; i < BLOCK; i++) {
      timestamps[i] = 1_700_000_000_000L + i * 15_000L + (jitter ? random.nextInt(5) : 0);
      values[i] = value.applyAsDouble(i);
    }
    return PackedSamples.of(timestamps, values, 0, BLOCK).length;
  }
}
