package dev.guanlan.promql.engine;

import dev.guanlan.promql.Function;
import java.util.List;

/**
 * Tells a selector what stands around it: right around it for its {@link SelectHints}, and farther
 * out if that matters.
 *
 * @param function name of the function or aggregator, or the empty string
 * @param grouping labels of the aggregation
 * @param by whether {@code grouping} are the labels kept
 * @param statistics whether of a native histogram only its count and sum are asked for in the end
 */
record Around(String function, List<String> grouping, boolean by, boolean statistics) {

  static final Around NOTHING = new Around("", List.of(), false, false);

  /** Returns what is around the arguments of a function that stands in this. */
  Around inside(Function inner) {
    boolean innerStatistics =
        switch (inner) {
          case HISTOGRAM_COUNT, HISTOGRAM_SUM, HISTOGRAM_AVG -> true;
          case HISTOGRAM_QUANTILE, HISTOGRAM_QUANTILES, HISTOGRAM_FRACTION -> false;
          default -> statistics;
        };
    return new Around(inner.text(), List.of(), false, innerStatistics);
  }
}
