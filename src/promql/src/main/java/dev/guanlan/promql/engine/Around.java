package dev.guanlan.promql.engine;

import java.util.List;

/**
 * Tells a selector what stands right around it, for its {@link SelectHints}.
 *
 * @param function name of the function or aggregator, or the empty string
 * @param grouping labels of the aggregation
 * @param by whether {@code grouping} are the labels kept
 */
record Around(String function, List<String> grouping, boolean by) {

  static final Around NOTHING = new Around("", List.of(), false);
}
