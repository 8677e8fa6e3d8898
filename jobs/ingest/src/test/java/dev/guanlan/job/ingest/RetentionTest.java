package dev.guanlan.job.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The retention")
final class RetentionTest {

  private final Retention retention =
      new Retention(30, Map.of("acme", "90", "acme/logs", "7", "*/spans", "3", "*/logs", "14"));

  @ParameterizedTest(name = "keeps {1} of {0} for {2} days")
  @CsvSource({
    "acme, logs, 7",
    "acme, samples, 90",
    "acme, spans, 90",
    "other, spans, 3",
    "other, logs, 14",
    "other, samples, 30"
  })
  void narrowest(String tenant, String table, int days) {
    assertThat(retention.days(tenant, table)).isEqualTo(days);
  }

  @ParameterizedTest(name = "drops what is of {0} on {1}")
  @CsvSource({
    "2026-03-10T00:00:00, 2026-03-18",
    "2026-03-10T23:59:59, 2026-03-18",
    "1969-12-31T23:59:59, 1970-01-08"
  })
  @DisplayName("keeps a row for whole days")
  void expires(LocalDateTime time, LocalDate dropped) {
    long millis = time.toInstant(ZoneOffset.UTC).toEpochMilli();
    assertThat(LocalDate.ofEpochDay(Retention.expires(millis, 7))).isEqualTo(dropped);
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme/log", "*/histograms", "acme/"})
  @DisplayName("is refused of what is no table of its own")
  void unknownTable(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Retention(30, Map.of(name, "7")))
        .withMessageContaining(name)
        .withMessageContaining("exemplars");
  }

  @Test
  @DisplayName("is the same for all if there are no exceptions")
  void plain() {
    assertThat(new Retention(30, Map.of()).days("acme", "logs")).isEqualTo(30);
  }
}
