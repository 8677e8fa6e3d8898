package dev.guanlan.promql.engine;

import dev.guanlan.promql.Matcher;
import java.io.IOException;
import java.util.List;

/**
 * Gives the engine its samples. Implementations of storages and of windows in a stream pass the
 * same contract tests.
 */
@FunctionalInterface
public interface SampleSource {

  /**
   * Returns the series that satisfy all matchers, with at least their samples between {@link
   * SelectHints#startMillis()} and {@link SelectHints#endMillis()}, both included. Every series
   * comes once; series may come in any order; those without samples may be left out.
   *
   * @throws IOException if the samples cannot be read; the message becomes the query's error
   */
  SeriesSet select(List<Matcher> matchers, SelectHints hints) throws IOException;
}
