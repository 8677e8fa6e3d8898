package dev.guanlan.codec.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import org.junit.jupiter.api.Test;

class SeriesMemoryTest {

  private static final Labels UP = Labels.of("__name__", "up");

  private final SeriesMemory memory = new SeriesMemory(100);

  @Test
  void remembersForEachTenantOnlyWhatFingerprintsOfItSay() {
    memory.tenant("a");
    long high = memory.tenantHigh();
    long low = memory.tenantLow();
    assertThat(memory.find(high, low)).isFalse();
    memory.put(high, low, UP);

    assertThat(memory.find(high, low)).isTrue();
    assertThat(memory.labels()).isEqualTo(UP);
    assertThat(new SeriesId(memory.idHigh(), memory.idLow())).isEqualTo(SeriesId.of("a", UP));
    memory.tenant("b");
    assertThat(memory.find(memory.tenantHigh(), memory.tenantLow())).isFalse();
  }

  @Test
  void sharesWithThoseBesideIt() {
    SeriesMemory beside = SeriesMemory.beside(memory);
    memory.tenant("a");
    memory.put(memory.tenantHigh(), memory.tenantLow(), UP);
    beside.tenant("a");

    assertThat(beside.find(memory.tenantHigh(), memory.tenantLow())).isTrue();
    assertThat(beside.labels()).isSameAs(memory.labels());
    assertThat(beside.tenantHigh()).as("of the same key").isEqualTo(memory.tenantHigh());
  }

  @Test
  void sharesItsRoomWithAnotherFormatButNotWhatItNames() {
    SeriesMemory other = SeriesMemory.beside(memory, 1);
    memory.tenant("a");
    other.tenant("a");
    memory.put(memory.tenantHigh(), memory.tenantLow(), UP);

    assertThat(other.find(other.tenantHigh(), other.tenantLow())).isFalse();
    SeriesMemory alike = SeriesMemory.beside(other);
    alike.tenant("a");
    assertThat(alike.tenantHigh()).isEqualTo(other.tenantHigh());
  }

  @Test
  void remembersNothingOfATenantThatIsTooLong() {
    memory.tenant("x".repeat(Fingerprint.MAX_BYTES + 1));
    memory.put(1, 2, UP);

    assertThat(memory.labels()).isEqualTo(UP);
    assertThat(memory.find(1, 2)).isFalse();
  }
}
