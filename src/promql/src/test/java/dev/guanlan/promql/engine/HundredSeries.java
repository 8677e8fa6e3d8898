package dev.guanlan.promql.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.ParserOptions;
import dev.guanlan.promql.PromqlException;

/** Holds a hundred series {@code m} of a hundred samples, and asks for what fails over them. */
final class HundredSeries {

  private HundredSeries() {}

  /** Returns the series: a sample every 15 seconds from 0 on. */
  static MemorySampleSource source() {
    MemorySampleSource source = new MemorySampleSource();
    for (int series = 0; series < 100; series++) {
      for (int i = 0; i < 100; i++) {
        source.append(Labels.of("__name__", "m", "i", "" + series), i * 15_000L, i);
      }
    }
    return source;
  }

  static Expression parse(String text) {
    try {
      return Parser.parse(text, ParserOptions.ALL);
    } catch (PromqlException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /** Evaluates what must fail, over ten minutes; returns how it does. */
  static EvaluationException failure(Engine engine, SampleSource samples, String text) {
    EvaluationException failure =
        catchThrowableOfType(
            EvaluationException.class,
            () -> engine.range(parse(text), samples, 0, 600_000, 15_000));
    assertThat(failure).as(text).isNotNull();
    return failure;
  }
}
