package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.SeriesId;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SeriesTableTest {

  @Test
  void numbersSeriesAsAMapDoes() {
    Random random = new Random(1);
    SeriesTable table = new SeriesTable();
    for (int round = 0; round < 3; round++) {
      Map<SeriesId, Integer> expected = new HashMap<>();
      for (int i = 0; i < 20_000; i++) {
        // Few low halves, so that places collide; the identity of zeros among them.
        SeriesId id = new SeriesId(random.nextInt(5000), random.nextInt(4));
        int known = expected.getOrDefault(id, -1);
        assertThat(table.find(id.high(), id.low())).isEqualTo(known);
        if (known < 0) {
          expected.put(id, expected.size());
          int number = table.add(id.high(), id.low());
          assertThat(number).isEqualTo(expected.size() - 1);
          assertThat(new SeriesId(table.high(number), table.low(number))).isEqualTo(id);
        }
      }
      assertThat(table.size()).isEqualTo(expected.size());
      // Most in the order in which they came, with gaps, jumps and strangers between.
      for (int number = 0, i = 0; i < 20_000; i++) {
        number = random.nextInt(10) == 0 ? random.nextInt(table.size()) : number + 1;
        number = number < table.size() ? number : 0;
        assertThat(table.find(table.high(number), table.low(number))).isEqualTo(number);
        if (random.nextInt(10) == 0) {
          assertThat(table.find(5000 + number, number)).isEqualTo(-1);
        }
      }
      table.clear();
      assertThat(table.size()).isZero();
      assertThat(table.find(0, 0)).isEqualTo(-1);
    }
  }
}
