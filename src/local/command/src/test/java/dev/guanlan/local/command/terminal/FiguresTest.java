package dev.guanlan.local.command.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0 ms",
    "850, 850 ms",
    "4230, 4.2 s",
    "59949, 59.9 s",
    "59960, 1 min 00 s",
    "185000, 3 min 05 s",
    "3600000, 1 h 00 min",
    "8040000, 2 h 14 min",
    "183600000, 2 d 03 h",
    "-1500, -1.5 s"
  })
  void a_duration_has_the_two_units_that_matter(long millis, String text) {
    assertThat(Figures.duration(Duration.ofMillis(millis))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0, 0 B", "1023, 1023 B", "1536, 1.5 KiB", "3435973837, 3.2 GiB", "1047000, 1.0 MiB"})
  void a_size_has_a_binary_unit(long bytes, String text) {
    assertThat(Figures.bytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0.25, 0.3", "9.96, 10.0", "10.4, 10", "2310.2, '2,310'"})
  void a_rate_has_a_digit_only_where_it_matters(double rate, String text) {
    assertThat(Figures.rate(rate)).isEqualTo(text);
  }

  @Test
  void a_clock_counts_hours_only_when_there_are_any() {
    assertThat(Figures.clock(Duration.ofSeconds(65))).isEqualTo("1:05");
    assertThat(Figures.clock(Duration.ofSeconds(3725))).isEqualTo("1:02:05");
    assertThat(Figures.clock(Duration.ofSeconds(-3))).isEqualTo("0:00");
  }
}
