package dev.guanlan.promql.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StandingSeriesTest {

  private final SampleColumns columns = new SampleColumns();
  private final StandingSeries series = new StandingSeries(Labels.of(Map.of("a", "b")));

  @Test
  void keepsTheFirstOfTwoSamplesAtOneTime() {
    assertTrue(series.add(10, 1, null));
    assertFalse(series.add(10, 2, null));
    assertTrue(series.add(20, 3, null));
    assertFalse(series.add(10, 4, null));
    assertEquals(2, series.size());
    series.read(0, 10, columns);
    assertEquals(1, columns.values[columns.from]);
  }

  @Test
  void tellsWhetherAnySampleSinceIsBelowTheOneBefore() {
    series.add(10, 5, null);
    series.add(20, 3, null);
    series.add(30, 4, null);
    assertFalse(series.isAscendingSince(10));
    assertTrue(series.isAscendingSince(20));
    assertTrue(series.isFreshSince(0));
    series.add(40, StaleMarker.VALUE, null);
    assertFalse(series.isFreshSince(30));
    assertTrue(series.isFreshSince(40));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void holdsWhatASortedMapHolds(long seed) {
    Random random = new Random(seed);
    NavigableMap<Long, Double> expected = new TreeMap<>();
    long newest = 0;
    for (int i = 0; i < 2000; i++) {
      boolean late = random.nextInt(4) == 0;
      long time = late ? Math.max(0, newest - random.nextInt(50)) : newest + random.nextInt(5);
      double value = random.nextInt(20) == 0 ? StaleMarker.VALUE : random.nextInt(100);
      newest = Math.max(newest, time);
      assertEquals(expected.putIfAbsent(time, value) == null, series.add(time, value, null));
      if (random.nextInt(10) == 0) {
        long before = newest - random.nextInt(80);
        expected.headMap(before, false).clear();
        series.dropBefore(before);
      }
      check(expected, newest - random.nextInt(60));
    }
  }

  @Test
  void countsHistogramsAsLongAsItHoldsThem() {
    long empty = series.bytes();
    Histogram histogram =
        new Histogram(
            ResetHint.UNKNOWN, 3, 0, 0, 3, 4, Buckets.EMPTY, Buckets.EMPTY, new double[0]);
    for (int i = 0; i < 100; i++) {
      series.add(i, 0, histogram);
    }
    assertTrue(series.bytes() > empty + 100 * 160);
    series.dropBefore(99);
    series.shrink();
    assertTrue(series.bytes() < empty + 400, () -> "takes " + series.bytes());
    series.dropBefore(100);
    assertEquals(empty, series.bytes());
  }

  private void check(NavigableMap<Long, Double> expected, long since) {
    series.read(Long.MIN_VALUE, Long.MAX_VALUE, columns);
    long[] times = Arrays.copyOfRange(columns.timestamps, columns.from, columns.to);
    double[] values = Arrays.copyOfRange(columns.values, columns.from, columns.to);
    assertArrayEquals(expected.keySet().stream().mapToLong(Long::longValue).toArray(), times);
    assertArrayEquals(
        expected.values().stream().mapToLong(Double::doubleToRawLongBits).toArray(),
        Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray());
    series.read(Long.MIN_VALUE, since, columns);
    int behind = columns.to - columns.from;
    assertEquals(expected.headMap(since, true).size(), behind);
    if (series.isAscendingSince(since) && series.isFreshSince(since)) {
      for (int i = behind + 1; i < times.length; i++) {
        assertFalse(values[i] < values[i - 1], "a sample after " + since + " is a reset");
      }
    }
    if (series.isFreshSince(since)) {
      assertTrue(expected.tailMap(since, false).values().stream().noneMatch(StaleMarker::is));
    }
  }
}
