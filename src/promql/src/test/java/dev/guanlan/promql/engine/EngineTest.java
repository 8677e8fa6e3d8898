package dev.guanlan.promql.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.promql.Matcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The engine")
class EngineTest {

  private final MemorySampleSource source = HundredSeries.source();

  @Test
  void tellsWhenTheSourceFails() {
    SampleSource broken =
        (matchers, hints) -> {
          throw new IOException("the disk is gone");
        };
    EvaluationException failure =
        HundredSeries.failure(new Engine(EngineOptions.DEFAULTS), broken, "1 + rate(m[5m])");
    assertThat(failure.kind()).isEqualTo(EvaluationException.Kind.SOURCE);
    assertThat(failure).hasMessage("the samples cannot be read: the disk is gone");
    assertThat(failure.startOffset()).isEqualTo(9);
  }

  @Nested
  class AsksTheSource {

    private List<SelectHints> hints(String text) throws EvaluationException {
      List<SelectHints> asked = new ArrayList<>();
      SampleSource recording =
          (List<Matcher> matchers, SelectHints hints) -> {
            asked.add(hints);
            return source.select(matchers, hints);
          };
      Engine engine = new Engine(EngineOptions.DEFAULTS);
      Value value = engine.range(HundredSeries.parse(text), recording, 600_000, 900_000, 60_000);
      assertThat(value).isNotNull();
      return asked;
    }

    @Test
    void forNoMoreThanItNeeds() throws EvaluationException {
      assertThat(hints("sum by (i) (m)"))
          .containsExactly(new SelectHints(300_001, 900_000, 60_000, "sum", List.of("i"), true, 0));
      assertThat(hints("rate(m[2m] offset 1m)"))
          .containsExactly(
              new SelectHints(420_001, 840_000, 60_000, "rate", List.of(), false, 120_000));
      assertThat(hints("max_over_time(m[2m:1m])"))
          .containsExactly(new SelectHints(240_001, 900_000, 60_000, "", List.of(), false, 0));
    }
  }
}
