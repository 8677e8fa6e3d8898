package dev.guanlan.promql.notation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.MatcherType;
import dev.guanlan.promql.engine.MemorySampleSource;
import dev.guanlan.promql.engine.SelectHints;
import dev.guanlan.promql.engine.SeriesSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("Lines of series")
class SeriesBlockTest {

  private final MemorySampleSource source = new MemorySampleSource();

  private static SeriesBlock parse(String... lines) {
    return SeriesBlock.parse(List.of(lines), 7, 1000, 10);
  }

  /** Returns the samples of all series of a name: value, time and start. */
  private List<String> samples(String name) throws IOException {
    List<String> samples = new ArrayList<>();
    Matcher matcher = new Matcher("__name__", MatcherType.EQUAL, name);
    SelectHints hints = new SelectHints(0, Long.MAX_VALUE, 0, "", List.of(), true, 0);
    try (SeriesSet set = source.select(List.of(matcher), hints)) {
      while (set.next()) {
        for (int i = set.from(); i < set.to(); i++) {
          long[] starts = set.startTimestamps();
          samples.add(
              set.values()[i]
                  + "@"
                  + set.timestamps()[i]
                  + (starts == null ? "" : " since " + starts[i]));
        }
      }
    }
    return samples;
  }

  private Histogram histogram(String name) throws IOException {
    Matcher matcher = new Matcher("__name__", MatcherType.EQUAL, name);
    SelectHints hints = new SelectHints(0, Long.MAX_VALUE, 0, "", List.of(), true, 0);
    try (SeriesSet set = source.select(List.of(matcher), hints)) {
      assertThat(set.next()).isTrue();
      return Objects.requireNonNull(Objects.requireNonNull(set.histograms())[set.from()]);
    }
  }

  @Nested
  class Appends {

    @Test
    void oneSampleEachInterval() throws IOException {
      parse("m 1 _ 3", "n 4").appendTo(source);
      assertThat(samples("m")).containsExactly("1.0@1000", "3.0@1020");
      assertThat(samples("n")).containsExactly("4.0@1000");
    }

    @Test
    void thoseOfATimeRange() throws IOException {
      parse("m 1 2 3 4").appendTo(source, 1010, 1020);
      assertThat(samples("m")).containsExactly("2.0@1010", "3.0@1020");
    }

    @Test
    void theLastLineOfASeriesOnly() throws IOException {
      parse("m 1 2", "m 3").appendTo(source);
      assertThat(samples("m")).containsExactly("3.0@1000");
    }
  }

  @Nested
  class ReadsStartTimestamps {

    @Test
    void ofTheNextLine() throws IOException {
      parse("m{a=\"b\"}@st _ -10ms+1msx1 1s", "m{a=\"b\"} 1 2 3 4", "n 5").appendTo(source);
      assertThat(samples("m"))
          .containsExactly(
              "1.0@1000 since 0",
              "2.0@1010 since 1000",
              "3.0@1020 since 1011",
              "4.0@1030 since 2030");
      assertThat(samples("n")).containsExactly("5.0@1000");
    }

    @Test
    void ofAllLinesInTurn() throws IOException {
      parse("@st 0 -5ms", "m 1 2 3").appendTo(source);
      assertThat(samples("m"))
          .containsExactly("1.0@1000 since 1000", "2.0@1010 since 1005", "3.0@1020 since 1020");
    }

    @Test
    void repeatedly() throws IOException {
      parse("m@st -1ms * _x1 *x1", "m 1 2 3 4 5").appendTo(source);
      assertThat(samples("m"))
          .containsExactly(
              "1.0@1000 since 999",
              "2.0@1010 since 1009",
              "3.0@1020 since 0",
              "4.0@1030 since 1029",
              "5.0@1040 since 1039");
    }

    @Test
    void andRefusesThoseOfNoLine() {
      assertThatThrownBy(() -> parse("m 1", "m@st 0"))
          .hasMessage("8:1: parse error: @st line has no following sample line");
      assertThatThrownBy(() -> parse("m@st 0", "m@st 0", "m 1"))
          .hasMessage("7:1: parse error: @st line has no following sample line");
      assertThatThrownBy(() -> parse("m@st 0", "n 1"))
          .hasMessage(
              "7:1: parse error: @st metric does not match the following sample line metric");
      assertThatThrownBy(() -> parse("m@st 0 0", "m 1"))
          .hasMessage("7:1: parse error: @st line has 2 values but sample line has 1");
      assertThatThrownBy(() -> parse("m@st 1parsec", "m 1"))
          .hasMessageStartingWith("7:6: parse error: invalid @st sequence: invalid ST item \"1par");
    }
  }

  @Nested
  class ConvertsClassicHistograms {

    @Test
    void ofBucketsCountAndSum() throws IOException {
      SeriesBlock block =
          parse(
              "h_bucket{le=\"2\"} 3",
              "h_bucket{le=\"1\"} 3",
              "h_bucket{le=\"0.5\"} 1",
              "h_bucket{le=\"+Inf\"} 7",
              "h_count 7",
              "h_sum 9.5");
      block.appendConvertedTo(source);
      Histogram histogram = histogram("h");
      assertThat(histogram.hasCustomBuckets()).isTrue();
      assertThat(histogram.count()).isEqualTo(7);
      assertThat(histogram.sum()).isEqualTo(9.5);
      assertThat(histogram.customBounds()).isEqualTo(3);
      assertThat(histogram.customBound(0)).isEqualTo(0.5);
      assertThat(histogram.positive().size()).isEqualTo(3);
      assertThat(histogram.positive().count(1)).isEqualTo(2);
      assertThat(histogram.positive().index(2)).isEqualTo(3);
    }

    @Test
    void withoutTheLastBucket() throws IOException {
      parse("h_bucket{le=\"1\"} 3", "h_count 5").appendConvertedTo(source);
      assertThat(histogram("h").positive().count(1)).isEqualTo(2);
    }

    @Test
    void butNoneThatContradictsItself() {
      assertThatThrownBy(
              () -> parse("h_bucket{le=\"1\"} 3", "h_bucket{le=\"2\"} 2").appendConvertedTo(source))
          .hasMessageContaining("count is not cumulative");
      assertThatThrownBy(() -> parse("h_sum 3").appendConvertedTo(source))
          .hasMessageContaining("count must be provided");
      assertThatThrownBy(
              () -> parse("h_bucket{le=\"+Inf\"} 3", "h_count 4").appendConvertedTo(source))
          .hasMessageContaining("count mismatch");
    }
  }

  @Test
  void saysWhereALineIsWrong() {
    assertThatThrownBy(() -> parse("m 1", "ä{a=\"b\"} 1"))
        .hasMessageStartingWith("8:1: parse error: unexpected ");
    assertThatThrownBy(() -> parse("m{a=\"ä\"} two"))
        .hasMessage(
            "7:11: parse error: unexpected identifier \"two\" in series values, expected number or"
                + " \"stale\"");
  }
}
