package dev.guanlan.promql.engine;

import dev.guanlan.promql.Matcher;
import java.io.IOException;
import java.util.List;

/** Gives queries that are asked over and over the series that stay in memory between them. */
public interface StandingSource extends SampleSource {

  /**
   * Returns the series that satisfy all matchers, in an order that depends on nothing but the
   * series: a sum of the same numbers in another order may be another number. Returns the same
   * array as before for as long as it would have the same content. The caller must not change it.
   */
  StandingSeries[] standing(List<Matcher> matchers);

  /** Returns a number that is another one after any sample or series came or went. */
  long version();

  @Override
  default SeriesSet select(List<Matcher> matchers, SelectHints hints) throws IOException {
    return over(standing(matchers), hints);
  }

  /** Returns series as a query sees them that was asked for them. */
  static SeriesSet over(StandingSeries[] series, SelectHints hints) {
    return new StandingSeriesSet(series, hints);
  }
}
