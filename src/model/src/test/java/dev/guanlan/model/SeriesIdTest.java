package dev.guanlan.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeriesIdTest {

  private static final Labels UP = Labels.of("__name__", "up", "instance", "a:9100");

  /** Pins the format: stored rows and checkpoints name series by these very digits. */
  @Test
  void neverChanges() {
    assertThat(SeriesId.of("anonymous", UP).toHex()).isEqualTo("fca90c65631df981c689773228e2bcd6");
  }

  @Test
  void tellsTenantsNamesAndValuesApart() {
    Set<SeriesId> ids = new HashSet<>();
    ids.add(SeriesId.of("a", Labels.of("b", "c")));
    ids.add(SeriesId.of("ab", Labels.of("c", "d")));
    ids.add(SeriesId.of("a", Labels.of("bc", "d")));
    ids.add(SeriesId.of("a", Labels.of("b", "cd")));
    ids.add(SeriesId.of("", Labels.of("ab", "cd")));
    assertThat(ids).hasSize(5);
  }

  @Test
  void anEntryOfARecordHasItsOwnLastingIdentity() {
    Origin origin = new Origin("otlp_logs", 3, 42);
    assertThat(origin.entryId(0)).isEqualTo(new Origin("otlp_logs", 3, 42).entryId(0));
    Set<Long> ids = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      ids.add(origin.entryId(i));
      ids.add(new Origin("otlp_logs", 3, 43).entryId(i));
      ids.add(new Origin("otlp_logs", 4, 42).entryId(i));
    }
    assertThat(ids).hasSize(3_000);
  }
}
