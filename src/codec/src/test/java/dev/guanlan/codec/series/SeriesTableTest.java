package dev.guanlan.codec.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SeriesTableTest {

  private static final int MAX_ENTRIES = 2000;

  private final SeriesTable table = new SeriesTable(MAX_ENTRIES, 2_000_000);

  private static Labels labels(int number) {
    return Labels.of("__name__", "up", "number", Integer.toString(number));
  }

  private static long high(int number) {
    return new SplittableRandom(number).nextLong();
  }

  private void put(int number) {
    put(table, labels(number), number);
  }

  private static void put(SeriesTable table, Labels labels, int number) {
    SeriesId id = SeriesId.of("t", labels);
    table.put(high(number), number, labels, id.high(), id.low(), 0);
  }

  private boolean has(int number) {
    boolean found = table.find(high(number), number);
    if (found) {
      assertThat(table.labels()).isEqualTo(labels(number));
      assertThat(new SeriesId(table.idHigh(), table.idLow()))
          .isEqualTo(SeriesId.of("t", labels(number)));
    }
    return found;
  }

  @Test
  void findsWhatWasPutWhileItGrows() {
    for (int i = 1; i <= MAX_ENTRIES; i++) {
      put(i);
    }
    for (int i = 1; i <= MAX_ENTRIES; i++) {
      assertThat(has(i)).as("series %d", i).isTrue();
    }
    assertThat(has(MAX_ENTRIES + 1)).isFalse();
    assertThat(table.size()).isEqualTo(MAX_ENTRIES);
  }

  @Test
  void comparesBothHalvesOfAFingerprint() {
    put(7);
    assertThat(table.find(high(7), 8)).isFalse();
    assertThat(table.find(high(8), 7)).isFalse();
  }

  @Test
  void forgetsWhatIsNotAskedForAndKeepsWhatIs() {
    put(1);
    put(2);
    for (int i = 3; i < 5 * MAX_ENTRIES; i++) {
      put(i);
      assertThat(has(1)).isTrue();
    }
    assertThat(has(2)).isFalse();
    assertThat(table.size()).isLessThanOrEqualTo(2 * MAX_ENTRIES);
  }

  @Test
  void staysWithinItsBytes() {
    SeriesTable small = new SeriesTable(MAX_ENTRIES, 200_000);
    for (int i = 1; i <= 100; i++) {
      put(small, labels(i).with("long", i + "x".repeat(10_000)), i);
    }
    assertThat(small.size()).isLessThanOrEqualTo(40);
    put(small, labels(1000).with("long", "y".repeat(200_000)), 1000);
    assertThat(small.find(high(1000), 1000)).isFalse();
  }

  @Test
  void keepsATextOnceThatManySeriesHave() {
    SeriesTable small = new SeriesTable(MAX_ENTRIES, 2_000_000);
    String shared = "x".repeat(200);
    for (int i = 1; i <= 1000; i++) {
      put(small, labels(i).with("long", new String(shared.toCharArray())), i);
    }
    assertThat(small.find(high(1), 1)).isTrue();
    String first = small.labels().get("long");
    assertThat(small.find(high(1000), 1000)).isTrue();
    assertThat(small.labels().get("long")).isSameAs(first);
  }
}
