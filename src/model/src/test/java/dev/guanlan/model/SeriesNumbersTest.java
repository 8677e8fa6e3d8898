package dev.guanlan.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Numbers of series")
final class SeriesNumbersTest {

  private final SplittableRandom random = new SplittableRandom(3);
  private final SeriesNumbers numbers = new SeriesNumbers();

  /** Returns identities of which many collide in the lower bits. */
  private SeriesId id() {
    return new SeriesId(random.nextLong(8), (random.nextLong(64) << 40) | random.nextLong(8));
  }

  @Test
  @DisplayName("are found again in whatever order they are asked for")
  void anyOrder() {
    for (int round = 0; round < 2; round++) {
      Map<SeriesId, Integer> model = new HashMap<>();
      for (int i = 0; i < 20_000; i++) {
        SeriesId id = id();
        int number = numbers.find(id.high(), id.low());
        assertThat(number).isEqualTo(model.getOrDefault(id, -1));
        if (number < 0) {
          int added = numbers.add(id.high(), id.low());
          assertThat(added).isEqualTo(model.size());
          assertThat(numbers.high(added)).isEqualTo(id.high());
          model.put(id, added);
        }
      }
      assertThat(numbers.size()).isEqualTo(model.size()).isGreaterThan(3_000);
      assertThat(numbers.capacity()).isGreaterThanOrEqualTo(numbers.size());
      numbers.clear();
      assertThat(numbers.size()).isZero();
    }
  }

  @Test
  @DisplayName("are found in the order in which they came, from the start or from the midst")
  void sameOrder() {
    List<SeriesId> ids = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      SeriesId id = new SeriesId(random.nextLong(), random.nextLong());
      ids.add(id);
      numbers.add(id.high(), id.low());
    }
    for (int start : new int[] {0, 4_999, 1_234, 0}) {
      for (int i = start; i < ids.size(); i++) {
        assertThat(numbers.find(ids.get(i).high(), ids.get(i).low())).isEqualTo(i);
      }
      assertThat(numbers.find(1, 2)).isEqualTo(-1);
    }
  }
}
