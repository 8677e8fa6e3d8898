package dev.guanlan.promql.notation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.engine.StaleMarker;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A line of a series")
class SeriesLineTest {

  private static List<@Nullable Double> numbers(String values) throws PromqlException {
    List<@Nullable Double> numbers = new ArrayList<>();
    for (SequenceValue value : SeriesLine.parse("m " + values).values()) {
      numbers.add(value.omitted() ? null : Double.valueOf(value.value()));
    }
    return numbers;
  }

  private static Histogram histogram(String text) throws PromqlException {
    SeriesLine line = SeriesLine.parse("m " + text);
    assertThat(line.values()).hasSize(1);
    return Objects.requireNonNull(line.values().get(0).histogram());
  }

  @Nested
  class ReadsLabels {

    @Test
    void inAllTheirForms() throws PromqlException {
      Labels both = Labels.of("__name__", "m", "a", "b", "c", "d");
      assertThat(SeriesLine.parse("m{a=\"b\", c='d',} 1").labels()).isEqualTo(both);
      assertThat(SeriesLine.parse("  {\"m\",a=\"b\",\"c\"=`d`} 1").labels()).isEqualTo(both);
      assertThat(SeriesLine.parse("{__name__=\"m\",a=\"b\",c=\"d\"} 1").labels()).isEqualTo(both);
      assertThat(SeriesLine.parse("{} 1").labels()).isEqualTo(Labels.EMPTY);
      assertThat(SeriesLine.parse("job:m").labels()).isEqualTo(Labels.of("__name__", "job:m"));
      assertThat(SeriesLine.parse("sum{by=\"x\"} 1").labels())
          .isEqualTo(Labels.of("__name__", "sum", "by", "x"));
      assertThat(SeriesLine.parse("m{a=\"} \\\" \\u00e4\"} 1").labels().get("a"))
          .isEqualTo("} \" ä");
    }
  }

  @Nested
  class ReadsNumbers {

    @Test
    void inAllTheirForms() throws PromqlException {
      assertThat(numbers("1 -2.5 1e3 +Inf -inf NaN .5 1_000"))
          .containsExactly(
              1d,
              -2.5,
              1000d,
              Double.POSITIVE_INFINITY,
              Double.NEGATIVE_INFINITY,
              Double.NaN,
              0.5,
              1000d);
      assertThat(numbers("1+2x3")).containsExactly(1d, 3d, 5d, 7d);
      assertThat(numbers("1-2x2")).containsExactly(1d, -1d, -3d);
      assertThat(numbers("-1-1x1")).containsExactly(-1d, -2d);
      assertThat(numbers("4x2")).containsExactly(4d, 4d, 4d);
      assertThat(numbers("1 _ 2 _x2 3")).containsExactly(1d, null, 2d, null, null, 3d);
      assertThat(numbers("1   2\t3 ")).containsExactly(1d, 2d, 3d);
      assertThat(numbers("")).isEmpty();
    }

    @Test
    void andStaleMarkers() throws PromqlException {
      assertThat(StaleMarker.is(SeriesLine.parse("m stale").values().get(0).value())).isTrue();
      assertThat(StaleMarker.is(SeriesLine.parse("m NaN").values().get(0).value())).isFalse();
    }
  }

  @Nested
  class ReadsHistograms {

    @Test
    void ofExponentialBuckets() throws PromqlException {
      assertThat(
              histogram(
                  "{{schema:1 sum:-0.3 count:3.1 z_bucket:7.1 z_bucket_w:0.05 buckets:[5.1 10 7 ]"
                      + " offset:-3 n_buckets:[4.1 0] n_offset:5 counter_reset_hint:gauge}}"))
          .isEqualTo(
              new Histogram(
                  ResetHint.GAUGE,
                  1,
                  0.05,
                  7.1,
                  3.1,
                  -0.3,
                  Buckets.of(new int[] {-3, -2, -1}, new double[] {5.1, 10, 7}, 3),
                  Buckets.of(new int[] {5, 6}, new double[] {4.1, 0}, 2),
                  new double[0]));
      assertThat(histogram("{{}}"))
          .isEqualTo(
              new Histogram(
                  ResetHint.UNKNOWN, 0, 0, 0, 0, 0, Buckets.EMPTY, Buckets.EMPTY, new double[0]));
    }

    @Test
    void ofCustomBuckets() throws PromqlException {
      Histogram histogram = histogram("{{schema:-53 custom_values:[-2 3] buckets:[1 2 3]}}");
      assertThat(histogram.hasCustomBuckets()).isTrue();
      assertThat(histogram.customBound(1)).isEqualTo(3);
      assertThat(histogram.positive().index(2)).isEqualTo(2);
    }

    @Test
    void withTheHintThatIsGiven() throws PromqlException {
      assertThat(SeriesLine.parse("m {{}}").values().get(0).hintGiven()).isFalse();
      SequenceValue unknown = SeriesLine.parse("m {{counter_reset_hint:unknown}}").values().get(0);
      assertThat(unknown.hintGiven()).isTrue();
      assertThat(histogram("{{counter_reset_hint:not_reset}}").resetHint())
          .isEqualTo(ResetHint.NOT_RESET);
    }

    @Test
    void repeatedly() throws PromqlException {
      assertThat(SeriesLine.parse("m {{count:1}}x2 {{count:2}}").values())
          .extracting(value -> Objects.requireNonNull(value.histogram()).count())
          .containsExactly(1d, 1d, 1d, 2d);
      assertThat(SeriesLine.parse("m {{count:1}}+{{count:2}}x2").values())
          .extracting(value -> Objects.requireNonNull(value.histogram()).count())
          .containsExactly(1d, 3d, 5d);
      assertThat(SeriesLine.parse("m {{count:9 sum:3}}-{{count:2 sum:1}}x1").values())
          .extracting(value -> Objects.requireNonNull(value.histogram()).sum())
          .containsExactly(3d, 2d);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "m 1 two | unexpected identifier \"two\" in series values, expected number or \"stale\" | 4",
        "m stalex3 | unexpected identifier \"stalex3\" in series values, expected number or"
            + " \"stale\" | 2",
        "m 1+2 | unexpected end of input in series values | 5",
        "m 1,2 | unexpected \",\" in series values | 3",
        "m 1x2.5 | invalid repetition in series values: strconv.ParseUint: parsing \"2.5\": invalid"
            + " syntax | 4",
        "m 1.5.2 | bad number syntax: \"1.5\" | 2",
        "m{a=\"b\" c=\"d\"} 1 | unexpected identifier \"c\" in label set, expected \",\" or \"}\" | 8",
        "m{1=\"b\"} 1 | unexpected number \"1\" in label set, expected identifier or \"}\" | 2",
        "m{a} 1 | unexpected \"}\" in label set, expected \"=\" | 3",
        "m{a=b} 1 | unexpected identifier \"b\" in label set, expected string | 4",
        "m{a=\"b 1 | unterminated quoted string | 4",
        "m {{sums:1}} | bad histogram descriptor found: \"sums\" | 4",
        "m {{sum 1}} | missing `:` for histogram descriptor | 4",
        "m {{sum:1 sum:2}} | duplicate key \"sum\" in histogram | 0",
        "m {{counter_reset_hint:never}} | bad histogram descriptor found: \"never\" | 23",
        "m {{sum:1 | unexpected end of input in histogram description, expected histogram"
            + " description key, e.g. buckets:[5 10 7] | 9",
        "m {{schema:1}}+{{schema:0}}x1 | error combining histograms: cannot merge from schema 0 to"
            + " 1 | 14",
        "m 1x99999999999 | a series of more than 10000000 values; repeat less often | 15",
      })
  void refuses(String line, String message, int offset) {
    assertThatThrownBy(() -> SeriesLine.parse(line))
        .isInstanceOf(PromqlException.class)
        .hasMessage(message)
        .satisfies(e -> assertThat(((PromqlException) e).startOffset()).isEqualTo(offset));
  }
}
