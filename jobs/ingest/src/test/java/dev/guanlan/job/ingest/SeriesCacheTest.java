package dev.guanlan.job.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.SeriesId;
import dev.guanlan.store.DecimalValue;
import dev.guanlan.topology.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The memory of series")
final class SeriesCacheTest {

  private static final Place HERE = new Place("c", "n", "w", "node-1", "s", "o");

  private final SplittableRandom random = new SplittableRandom(11);

  /** Returns identities of which many collide in the lower bits. */
  private SeriesId id() {
    return new SeriesId(random.nextLong(4), (random.nextLong(64) << 40) | random.nextLong(8));
  }

  @Test
  @DisplayName("finds what was added, under the number that it was given")
  void finds() {
    SeriesCache cache = new SeriesCache(10_000);
    Map<SeriesId, Integer> model = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      SeriesId id = id();
      int number = cache.find(id.high(), id.low());
      assertThat(number).isEqualTo(model.getOrDefault(id, -1));
      if (number < 0) {
        model.put(id, cache.add(id.high(), id.low(), random.nextLong(3)));
      }
    }
    assertThat(model).hasSizeGreaterThan(1_500);
    assertThat(cache.size()).isEqualTo(model.size());
  }

  @Test
  @DisplayName("ranks series by their keys, however they come")
  void ranks() {
    SeriesCache cache = new SeriesCache(10_000);
    List<long[]> keys = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < 300; i++) {
        SeriesId id = new SeriesId(random.nextLong(), random.nextLong());
        long metric = random.nextLong(3) - 1;
        assertThat(cache.add(id.high(), id.low(), metric)).isEqualTo(keys.size());
        keys.add(new long[] {metric, id.high()});
      }
      int[] ranks = cache.ranks();
      long[][] inOrder = new long[keys.size()][];
      for (int number = 0; number < ranks.length; number++) {
        inOrder[ranks[number]] = keys.get(number);
      }
      Comparator<long[]> byKey = (a, b) -> Long.compareUnsigned(a[0], b[0]);
      assertThat(Arrays.asList(inOrder))
          .isSortedAccordingTo(byKey.thenComparing((a, b) -> Long.compareUnsigned(a[1], b[1])));
    }
  }

  @Test
  @DisplayName("starts anew when it is full")
  void forgets() {
    SeriesCache cache = new SeriesCache(2);
    cache.written(cache.add(1, 1, 1), 5, HERE);
    cache.add(2, 2, 1);
    assertThat(cache.ranks()).hasSize(2);
    int third = cache.add(3, 3, 1);
    assertThat(cache.size()).isEqualTo(1);
    assertThat(cache.find(1, 1)).isEqualTo(-1);
    assertThat(cache.covers(third, 5, HERE)).isFalse();
    assertThat(cache.ranks()).hasSize(1);
  }

  @Test
  @DisplayName("keeps a series' scale until a value needs another, and whole days if none fits")
  void scales() {
    SeriesCache cache = new SeriesCache(10);
    int number = cache.add(1, 1, 1);
    assertThat(cache.scale(number, 3)).isZero();
    assertThat(cache.scale(number, 3.75)).isEqualTo(2);
    assertThat(cache.scale(number, 4)).isEqualTo(2);
    assertThat(cache.scale(number, Double.NaN)).isEqualTo(DecimalValue.NONE);
    assertThat(cache.scale(number, 4.5)).isEqualTo(2);
    assertThat(cache.scale(number, 1 / 3.0)).isEqualTo(DecimalValue.NONE);
    assertThat(cache.scale(number, 4)).isEqualTo(DecimalValue.NONE);
    cache.written(number, 20_000, HERE);
    assertThat(cache.scale(number, 4)).isZero();
  }

  @Test
  @DisplayName("tells a new start time once")
  void starts() {
    SeriesCache cache = new SeriesCache(10);
    int number = cache.add(1, 1, 1);
    assertThat(cache.startsAt(number, 5)).isTrue();
    assertThat(cache.startsAt(number, 5)).isFalse();
    assertThat(cache.startsAt(number, 6)).isTrue();
  }
}
