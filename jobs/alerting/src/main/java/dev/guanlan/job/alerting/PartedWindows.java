package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.engine.Decomposition;
import dev.guanlan.promql.engine.SelectHints;
import dev.guanlan.promql.engine.SeriesSet;
import dev.guanlan.promql.engine.StandingSeries;
import dev.guanlan.promql.engine.StandingSource;
import dev.guanlan.rules.Windows;
import java.io.IOException;
import java.util.List;

/**
 * Shows the rules of a group that is evaluated in shards what these told of its leaves, and to its
 * local selectors the group's own windows, which take what the rules record.
 */
record PartedWindows(LeafWindows leaves, RuleWindows own) implements Windows, StandingSource {

  private static boolean isOfLeaf(List<Matcher> matchers) {
    return Decomposition.leaf(matchers) != Matcher.NO_LEAF;
  }

  @Override
  public StandingSeries[] standing(List<Matcher> matchers) {
    return isOfLeaf(matchers) ? leaves.standing(matchers) : own.standing(matchers);
  }

  @Override
  public SeriesSet select(List<Matcher> matchers, SelectHints hints) throws IOException {
    return isOfLeaf(matchers) ? leaves.select(matchers, hints) : own.select(matchers, hints);
  }

  /** Returns the sum of two numbers that only grow. */
  @Override
  public long version() {
    return leaves.version() + own.version();
  }

  @Override
  public void append(Labels labels, long timestampMillis, double value) {
    own.append(labels, timestampMillis, value);
  }

  @Override
  public void append(Labels labels, long timestampMillis, Histogram histogram) {
    own.append(labels, timestampMillis, histogram);
  }
}
