package dev.guanlan.rules.unittest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.notation.SequenceValue;
import dev.guanlan.promql.notation.SeriesLine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoredHintsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {{count:1 buckets:[1]}} {{count:2 buckets:[2]}} {{count:1 buckets:[1]}} | UNKNOWN NOT_RESET RESET
          {{count:2 buckets:[2]}} {{count:2 buckets:[1 1]}}                       | UNKNOWN RESET
          {{count:2 buckets:[2]}}x1 {{schema:1 count:3 buckets:[3]}}              | UNKNOWN NOT_RESET UNKNOWN
          {{count:2 buckets:[2]}} {{count:3 buckets:[3] z_bucket_w:1}}            | UNKNOWN UNKNOWN
          {{counter_reset_hint:not_reset}} {{counter_reset_hint:reset}} {{}}      | UNKNOWN RESET NOT_RESET
          {{counter_reset_hint:gauge}} {{counter_reset_hint:gauge}} {{}}          | GAUGE GAUGE UNKNOWN
          """)
  void areThoseOfChunks(String values, String hints) throws PromqlException {
    List<String> stored = new ArrayList<>();
    Histogram previous = null;
    for (SequenceValue value : SeriesLine.parse("m " + values).values()) {
      Histogram histogram = value.histogram();
      assertThat(histogram).isNotNull();
      previous = StoredHints.stored(previous, histogram);
      stored.add(previous.resetHint().name());
    }
    assertThat(String.join(" ", stored)).isEqualTo(hints);
  }
}
