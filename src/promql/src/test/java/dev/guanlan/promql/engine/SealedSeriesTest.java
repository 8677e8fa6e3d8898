package dev.guanlan.promql.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.notation.SeriesLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A series with packed samples")
final class SealedSeriesTest {

  private static final int DAY = 5760;
  private static final long INTERVAL_MILLIS = 15_000;

  private final StandingSeries series = new StandingSeries(Labels.of("a", "b"));

  private static void fill(StandingSeries series, int from, int to, int step) {
    for (int i = from; i < to; i += step) {
      series.add(i * INTERVAL_MILLIS, i % 1000, null);
    }
  }

  private static List<String> texts(StandingSeries of) {
    List<String> texts = new ArrayList<>();
    of.forEach(
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        (time, value, histogram) ->
            texts.add(time / INTERVAL_MILLIS + "=" + (histogram == null ? value : histogram)));
    return texts;
  }

  private static List<String> expected(int from, int to) {
    List<String> texts = new ArrayList<>();
    for (int i = from; i < to; i++) {
      texts.add(i + "=" + i % 1000 + ".0");
    }
    return texts;
  }

  @Test
  @DisplayName("is not packed while its window is short")
  void isNotPackedWhileItsWindowIsShort() {
    for (int i = 0; i < DAY; i++) {
      fill(series, i, i + 1, 1);
      series.dropBefore((i - 240) * INTERVAL_MILLIS);
      assertThat(series.isSealedAfter(Long.MIN_VALUE)).isFalse();
    }
  }

  @ParameterizedTest(name = "{0} to {1} in steps of {2} into {3} to {4} in steps of {5}")
  @CsvSource({
    "0, 2000, 1, 1000, 3000, 1",
    "1000, 3000, 1, 0, 2000, 1",
    "0, 3000, 2, 1, 3000, 2",
    "0, 3000, 1, 2995, 3000, 1",
    "2990, 3000, 1, 0, 3000, 1",
    "0, 1500, 1, 1500, 3000, 1",
    "1500, 3000, 1, 0, 1500, 1"
  })
  @DisplayName("takes in another one's samples")
  void takesInAnother(int otherFrom, int otherTo, int otherStep, int from, int to, int step) {
    StandingSeries other = new StandingSeries(Labels.of("a", "b"));
    fill(other, otherFrom, otherTo, otherStep);
    fill(series, from, to, step);
    List<String> others = texts(other);
    series.addAll(other, Long.MIN_VALUE);
    assertThat(texts(series)).isEqualTo(expected(0, 3000));
    assertThat(series.size()).isEqualTo(3000);
    assertThat(texts(other)).isEqualTo(others);
  }

  @Test
  @DisplayName("takes in another one's samples from a time on")
  void takesInAnotherFromATime() {
    StandingSeries other = new StandingSeries(Labels.of("a", "b"));
    fill(other, 0, 3000, 1);
    series.addAll(other, 700 * INTERVAL_MILLIS);
    assertThat(texts(series)).isEqualTo(expected(700, 3000));
  }

  @Test
  @DisplayName("takes over another one's samples, and says that what was known is not any more")
  void takesOverAnother() {
    StandingSeries other = new StandingSeries(Labels.of("a", "b"));
    fill(other, 0, 3000, 1);
    fill(series, 2900, 3100, 1);
    long late = series.lateSamples();
    series.become(other);
    assertThat(texts(series)).isEqualTo(expected(0, 3000));
    assertThat(series.lateSamples()).isGreaterThan(late);
  }

  @Test
  @DisplayName("finds a late sample and the reset that it makes, wherever in a block it belongs")
  void findsALateSample() {
    SamplePoint moving = new SamplePoint();
    SamplePoint first = new SamplePoint();
    SamplePoint last = new SamplePoint();
    for (int before = 0; before < 600; before++) {
      StandingSeries one = new StandingSeries(Labels.of("a", "b"));
      fill(one, 0, 600, 1);
      long after = before * INTERVAL_MILLIS;
      one.first(after, moving);
      one.add(after + 1, 5000, null);
      assertThat(one.first(after, moving)).isTrue();
      assertThat(moving.millis).isEqualTo(after + 1);
      assertThat(moving.value).isEqualTo(5000);
      one.first(Long.MIN_VALUE, first);
      one.last(Long.MAX_VALUE, last);
      assertThat(last.ordinal - first.ordinal).isEqualTo(600);
      assertThat(one.lostInResets(first, last)).isEqualTo(before == 599 ? 0 : 5000);
    }
  }

  @Test
  @DisplayName("has samples of before it all, as a longer range brings them")
  void hasSamplesOfBefore() {
    fill(series, DAY / 2, DAY, 1);
    fill(series, 0, DAY / 2, 1);
    assertThat(texts(series)).isEqualTo(expected(0, DAY));
  }

  @Test
  @DisplayName("is unpacked once it has a histogram, and packed again once that has left")
  void isUnpackedOnceItHasAHistogram() throws PromqlException {
    Histogram histogram =
        Objects.requireNonNull(
            SeriesLine.parse("x {{count:3 sum:4 buckets:[1 2]}}").values().get(0).histogram());
    fill(series, 0, 1000, 1);
    assertThat(series.isSealedAfter(0)).isTrue();
    series.dropBefore(5 * INTERVAL_MILLIS);
    series.add(1000 * INTERVAL_MILLIS, 0, histogram);
    assertThat(series.isSealedAfter(0)).isFalse();
    List<String> all = expected(5, 1000);
    all.add("1000=" + histogram);
    assertThat(texts(series)).isEqualTo(all);
    fill(series, 1001, 2000, 1);
    all.addAll(expected(1001, 2000));
    assertThat(texts(series)).isEqualTo(all);
    assertThat(series.isSealedAfter(0)).isFalse();
    series.dropBefore(3000 * INTERVAL_MILLIS);
    fill(series, 3000, 4000, 1);
    assertThat(series.isSealedAfter(0)).isTrue();
    assertThat(texts(series)).isEqualTo(expected(3000, 4000));
  }
}
