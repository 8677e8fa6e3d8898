package dev.guanlan.promql.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.PromqlException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("Start timestamps")
class StartTimestampsTest {

  private static final Labels SERIES = Labels.of("__name__", "m_total");

  private final MemorySampleSource source = new MemorySampleSource();
  private final Annotations annotations = new Annotations();

  private double value(String text, boolean used) throws PromqlException, EvaluationException {
    Engine engine = new Engine(EngineOptions.DEFAULTS.withStartTimestamps(used));
    Value value = engine.instant(Parser.parse(text), source, 300_000, annotations);
    InstantVector vector = (InstantVector) value;
    return vector.size() == 0 ? Double.NaN : vector.value(0);
  }

  private double value(String text) throws PromqlException, EvaluationException {
    return value(text, true);
  }

  @Nested
  class TellOfAReset {

    @Test
    void whereTheSampleBeganAfterTheOneBefore() {
      assertThat(StartTimestamps.isReset(0, 100, 150, 200)).isTrue();
      assertThat(StartTimestamps.isReset(0, 100, 50, 200)).isFalse();
    }

    @Test
    void notWhereTheyAreUnknownOrWrong() {
      assertThat(StartTimestamps.isReset(0, 100, 0, 200)).isFalse();
      assertThat(StartTimestamps.isReset(50, 100, 200, 200)).isFalse();
      assertThat(StartTimestamps.isReset(50, 100, 201, 200)).isFalse();
    }

    @Test
    void inDeltasThatBeginWithTheSampleBefore() {
      assertThat(StartTimestamps.isReset(50, 100, 100, 200)).isTrue();
    }

    @Test
    void notAfterASampleOfUnknownStart() {
      assertThat(StartTimestamps.isReset(0, 100, 100, 200)).isFalse();
      assertThat(StartTimestamps.isReset(100, 100, 100, 200)).isFalse();
      assertThat(StartTimestamps.isReset(150, 100, 100, 200)).isFalse();
    }
  }

  @Test
  void makeARateOfDeltas() throws PromqlException, EvaluationException {
    for (long time = 30_000; time < 300_000; time += 60_000) {
      source.append(SERIES, time, time - 60_000, 60);
    }
    assertThat(value("increase(m_total[5m])")).isEqualTo(300);
    assertThat(value("rate(m_total[5m])")).isEqualTo(1);
    assertThat(value("irate(m_total[5m])")).isEqualTo(1);
    assertThat(value("resets(m_total[5m])")).isEqualTo(4);
  }

  @Test
  void areLeftAloneUnlessSwitchedOn() throws PromqlException, EvaluationException {
    for (long time = 30_000; time < 300_000; time += 60_000) {
      source.append(SERIES, time, time - 60_000, 60);
    }
    assertThat(value("increase(m_total[5m])", false)).isZero();
    assertThat(value("resets(m_total[5m])", false)).isZero();
  }

  @Test
  void replaceTheGuessWhereACounterBegan() throws PromqlException, EvaluationException {
    source.append(SERIES, 240_000, 210_000, 2);
    source.append(SERIES, 270_000, 210_000, 5);
    // From nothing to 5 in 60 s, and half a step more to the end of the range.
    assertThat(value("increase(m_total[5m])")).isCloseTo(7.5, within(1e-12));
  }

  @Test
  void letASingleSampleCount() throws PromqlException, EvaluationException {
    source.append(SERIES, 240_000, 210_000, 7);
    assertThat(value("increase(m_total[5m])")).isEqualTo(7);
    assertThat(value("increase(m_total[5m])", false)).isNaN();
    assertThat(value("delta(m_total[5m])")).isNaN();
  }

  @Test
  void areCutOffBySubqueries() throws PromqlException, EvaluationException {
    for (long time = 30_000; time < 300_000; time += 60_000) {
      source.append(SERIES, time, time - 60_000, 60);
    }
    assertThat(value("increase(m_total[5m:1m])")).isZero();
  }

  @Test
  void stayWithTheirSamplesWhereStaleMarkersAreLeftOut()
      throws PromqlException, EvaluationException {
    source.append(SERIES, 120_000, 60_000, 60);
    source.append(SERIES, 180_000, 0, StaleMarker.VALUE);
    source.append(SERIES, 240_000, 120_000, 60);
    assertThat(value("resets(m_total[5m])")).isEqualTo(1);
  }

  @Test
  void areRemarkedOnWhereTheyOverlap() throws PromqlException, EvaluationException {
    source.append(SERIES, 120_000, 60_000, 60);
    source.append(SERIES, 180_000, 90_000, 120);
    assertThat(value("rate(m_total[5m])")).isPositive();
    assertThat(annotations.warnings())
        .extracting(Annotations.Annotation::message)
        .containsExactly(
            "PromQL warning: sample has start time that overlaps with previous sample timestamp"
                + " for metric \"m_total\"");
  }
}
