package dev.guanlan.promql.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;

@Label("A series of which most is packed")
class SealedSeriesPropertyTest {

  private static final double[] SPECIAL = {
    0.0,
    -0.0,
    Double.NaN,
    Double.longBitsToDouble(0x7ff8000000000123L),
    StaleMarker.VALUE,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY
  };

  private final SampleColumns columns = new SampleColumns();
  private final SamplePoint first = new SamplePoint();
  private final SamplePoint moving = new SamplePoint();
  private final SamplePoint last = new SamplePoint();

  @Property(tries = 150)
  @Label("shows in every window what a sorted map has there, however samples came and left")
  void showsWhatASortedMapHas(@ForAll long seed) {
    Random random = new Random(seed);
    StandingSeries series = new StandingSeries(Labels.of("a", "b"));
    NavigableMap<Long, Double> model = new TreeMap<>();
    long newest = random.nextBoolean() ? 1_700_000_000_000L : -20_000_000;
    int lateEvery = List.of(3, 50, 1000).get(random.nextInt(3));
    int specialEvery = List.of(10, 300, 100_000).get(random.nextInt(3));
    int kept = 400 + random.nextInt(1000);
    double value = 0;
    boolean sealed = false;
    for (int i = 0; i < 2500; i++) {
      long time = newest + 14_990 + random.nextInt(20);
      if (random.nextInt(lateEvery) == 0) {
        time = newest - random.nextInt(15_000 * (1 + random.nextInt(3000)));
      } else if (random.nextInt(300) == 0) {
        time = newest + (1L << random.nextInt(random.nextInt(10) == 0 ? 40 : 22));
      } else if (random.nextInt(30) == 0 && !model.isEmpty()) {
        time =
            model.ceilingKey(Math.min(model.lastKey(), model.firstKey() + random.nextInt(1 << 25)));
      }
      value = random.nextInt(200) == 0 ? random.nextInt(9) / 10.0 : value + random.nextInt(9);
      double added =
          random.nextInt(specialEvery) == 0 ? SPECIAL[random.nextInt(SPECIAL.length)] : value;
      newest = Math.max(newest, time);
      assertThat(series.add(time, added, null)).isEqualTo(model.putIfAbsent(time, added) == null);
      if (random.nextInt(20) == 0) {
        long before = newest - 15_000L * kept + random.nextInt(15_000 * 20);
        model.headMap(before, false).clear();
        series.dropBefore(before);
      }
      sealed |= series.isSealedAfter(Long.MIN_VALUE);
      if (random.nextInt(200) == 0) {
        series.shrink();
      }
      if (random.nextInt(40) == 0) {
        long up = newest - random.nextInt(15_000 * (1 + random.nextInt(1500)));
        check(series, model, up - random.nextInt(15_000 * 1500), up);
        check(series, model, newest - random.nextInt(15_000 * 1500), Long.MAX_VALUE);
      }
      if (random.nextInt(4) == 0) {
        checkFirst(series, model, newest - 15_000L * kept / 2);
      }
    }
    check(series, model, Long.MIN_VALUE, Long.MAX_VALUE);
    assertThat(sealed).isTrue();
    assertThat(series.bytes()).isBetween((long) model.size(), 6_000 + 32L * model.size());
    model.headMap(newest, false).clear();
    series.dropBefore(newest);
    // What a block takes and columns of 256 at most.
    assertThat(series.bytes()).isBetween(128L, 10_000L);
    series.dropBefore(Long.MAX_VALUE);
    series.shrink();
    assertThat(series.bytes()).isEqualTo(new StandingSeries(series.labels()).bytes());
  }

  private void check(
      StandingSeries series, NavigableMap<Long, Double> model, long after, long upTo) {
    NavigableMap<Long, Double> expected =
        after < upTo ? model.subMap(after, false, upTo, true) : new TreeMap<>();
    series.read(after, upTo, columns);
    List<String> shown = new ArrayList<>();
    for (int i = columns.from; i < columns.to; i++) {
      shown.add(text(columns.timestamps[i], columns.values[i]));
    }
    assertThat(shown).isEqualTo(texts(expected));
    checkEnds(series, expected, after, upTo);
    List<String> all = new ArrayList<>();
    series.forEach(after, upTo, (time, value, histogram) -> all.add(text(time, value)));
    assertThat(all)
        .isEqualTo(after < upTo ? texts(model.subMap(after, true, upTo, false)) : List.of());
    assertThat(series.size()).isEqualTo(model.size());
    assertThat(series.isEmpty()).isEqualTo(model.isEmpty());
    assertThat(series.sizeSince(upTo)).isEqualTo(model.tailMap(upTo, true).size());
    assertThat(series.isAt(upTo)).isEqualTo(model.containsKey(upTo));
    assertThat(series.oldestMillis())
        .isEqualTo(model.isEmpty() ? Long.MAX_VALUE : (long) model.firstKey());
    Long newest = model.floorKey(upTo);
    assertThat(series.newestMillis(upTo)).isEqualTo(newest == null ? Long.MIN_VALUE : newest);
    if (series.isFreshSince(after)) {
      assertThat(model.tailMap(after, false).values()).noneMatch(StaleMarker::is);
    }
  }

  private void checkEnds(
      StandingSeries series, NavigableMap<Long, Double> expected, long after, long upTo) {
    boolean any = series.first(after, first) && series.last(upTo, last);
    any = any && first.ordinal <= last.ordinal;
    assertThat(any).isEqualTo(!expected.isEmpty());
    if (expected.isEmpty()) {
      return;
    }
    assertThat(text(first.millis, first.value)).isEqualTo(text(expected.firstEntry()));
    assertThat(text(last.millis, last.value)).isEqualTo(text(expected.lastEntry()));
    assertThat(last.ordinal - first.ordinal + 1).isEqualTo(expected.size());
    double lost = 0;
    double previous = first.value;
    for (double value : expected.values()) {
      if (value < previous) {
        lost += previous;
      }
      previous = value;
    }
    assertThat(series.lostInResets(first, last)).isEqualTo(lost);
    if (series.isAscendingSince(first.millis) && series.isFreshSince(after)) {
      assertThat(lost).isZero();
    }
  }

  /** Asks the same point over and over for a time that mostly goes on. */
  private void checkFirst(StandingSeries series, NavigableMap<Long, Double> model, long after) {
    Map.Entry<Long, Double> expected = model.higherEntry(after);
    assertThat(series.first(after, moving)).isEqualTo(expected != null);
    if (expected != null) {
      assertThat(text(moving.millis, moving.value)).isEqualTo(text(expected));
      assertThat(series.last(Long.MAX_VALUE, last)).isTrue();
      assertThat(last.ordinal - moving.ordinal + 1).isEqualTo(model.tailMap(after, false).size());
    }
  }

  private static List<String> texts(NavigableMap<Long, Double> of) {
    return of.entrySet().stream().map(SealedSeriesPropertyTest::text).toList();
  }

  private static String text(Map.Entry<Long, Double> sample) {
    return text(sample.getKey(), sample.getValue());
  }

  private static String text(long time, double value) {
    return time + "=" + Double.doubleToRawLongBits(value);
  }
}
