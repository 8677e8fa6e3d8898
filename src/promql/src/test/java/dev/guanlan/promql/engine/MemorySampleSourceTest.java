package dev.guanlan.promql.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.MatcherType;
import dev.guanlan.promql.notation.SeriesBlock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The source in memory")
class MemorySampleSourceTest {

  private static final Labels SERIES = Labels.of("__name__", "m", "a", "1");

  private final MemorySampleSource source = new MemorySampleSource();

  private List<String> samples(long start, long end) {
    SelectHints hints = new SelectHints(start, end, 0, "", List.of(), false, 0);
    Matcher name = new Matcher(Labels.METRIC_NAME, MatcherType.EQUAL, "m");
    SeriesSet series = source.select(List.of(name), hints);
    List<String> samples = new ArrayList<>();
    try (series) {
      while (series.next()) {
        for (int i = series.from(); i < series.to(); i++) {
          samples.add(series.timestamps()[i] + "=" + series.values()[i]);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return samples;
  }

  @Test
  void sortsSamplesThatComeInAnyOrder() {
    for (long time : new long[] {50, 10, 30, 20, 40}) {
      source.append(SERIES, time, time / 10.0);
    }
    assertThat(samples(0, 100)).containsExactly("10=1.0", "20=2.0", "30=3.0", "40=4.0", "50=5.0");
  }

  @Test
  void replacesASampleOfTheSameTime() {
    source.append(SERIES, 10, 1);
    source.append(SERIES, 20, 2);
    source.append(SERIES, 10, 3);
    assertThat(samples(0, 100)).containsExactly("10=3.0", "20=2.0");
  }

  @Test
  void cutsSeriesToTheTimeAskedFor() {
    for (int i = 0; i < 10; i++) {
      source.append(SERIES, i, i);
    }
    assertThat(samples(3, 5)).containsExactly("3=3.0", "4=4.0", "5=5.0");
    assertThat(samples(20, 30)).isEmpty();
  }

  @Test
  void forgetsWhatIsOld() {
    for (int i = 0; i < 1_000; i++) {
      source.append(SERIES, i, i);
      source.dropBefore(i - 2);
    }
    assertThat(samples(0, 2_000)).containsExactly("997=997.0", "998=998.0", "999=999.0");
    source.dropBefore(2_000);
    assertThat(source.size()).isZero();
    assertThat(samples(0, 2_000)).isEmpty();
  }

  @Test
  void insertsIntoColumnsThatAreFullBehindRoomAtTheFront() {
    for (int i = 0; i < 8; i++) {
      source.append(SERIES, i * 10L, i);
    }
    source.dropBefore(45);
    source.append(SERIES, 55, 5.5);
    source.append(SERIES, 65, 6.5);
    assertThat(samples(0, 100)).containsExactly("50=5.0", "55=5.5", "60=6.0", "65=6.5", "70=7.0");
  }

  /** Returns the hints of the histograms that lines of values make, as they are stored. */
  private List<ResetHint> hints(String... values) throws IOException {
    for (String line : values) {
      SeriesBlock.parse(List.of("m{a=\"1\"} " + line), 1, 0, 10).appendTo(source);
    }
    SelectHints all = new SelectHints(0, Long.MAX_VALUE, 0, "", List.of(), false, 0);
    Matcher name = new Matcher(Labels.METRIC_NAME, MatcherType.EQUAL, "m");
    List<ResetHint> hints = new ArrayList<>();
    try (SeriesSet series = source.select(List.of(name), all)) {
      while (series.next()) {
        for (int i = series.from(); i < series.to(); i++) {
          Histogram histogram = Objects.requireNonNull(series.histograms())[i];
          if (histogram != null) {
            hints.add(histogram.resetHint());
          }
        }
      }
    }
    return hints;
  }

  @Test
  void notesWhichHistogramsFollowNoReset() throws IOException {
    assertThat(hints("{{count:1}} {{count:2}} {{count:1}} {{count:1 schema:1}}"))
        .containsExactly(
            ResetHint.UNKNOWN, ResetHint.NOT_RESET, ResetHint.UNKNOWN, ResetHint.UNKNOWN);
  }

  @Test
  void heedsTheHintsOfHistogramsThatAreResetOrNoCounters() throws IOException {
    assertThat(
            hints(
                "{{count:1}} {{count:2 counter_reset_hint:reset}}"
                    + " {{count:1 counter_reset_hint:not_reset}} {{counter_reset_hint:gauge}}"
                    + " {{count:2}} 1 {{count:3}}"))
        .containsExactly(
            ResetHint.UNKNOWN,
            ResetHint.RESET,
            ResetHint.UNKNOWN,
            ResetHint.GAUGE,
            ResetHint.UNKNOWN,
            ResetHint.UNKNOWN);
  }

  @Test
  void comparesHistogramsAnewWhereAnotherComesBetween() throws IOException {
    assertThat(hints("{{count:1}} _ {{count:2}}", "_ {{count:5}}"))
        .containsExactly(ResetHint.UNKNOWN, ResetHint.NOT_RESET, ResetHint.UNKNOWN);
  }
}
