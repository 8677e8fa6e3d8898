package dev.guanlan.promql.engine;

import java.util.List;

/**
 * Tells a {@link SampleSource} what the engine will do with the samples. Only the bounds of time
 * bind; the rest lets a storage fetch less.
 *
 * @param startMillis first timestamp that matters, milliseconds since the epoch, inclusive
 * @param endMillis last timestamp that matters, milliseconds since the epoch, inclusive
 * @param stepMillis distance of the query's steps, in milliseconds; 0 for an instant query
 * @param function name of the function or aggregator around the selector, or the empty string
 * @param grouping labels of the aggregation around the selector
 * @param by whether {@code grouping} are the labels kept, instead of those left out
 * @param rangeMillis length of the range selector, in milliseconds; 0 for an instant selector
 */
public record SelectHints(
    long startMillis,
    long endMillis,
    long stepMillis,
    String function,
    List<String> grouping,
    boolean by,
    long rangeMillis) {

  /** Copies the list. */
  public SelectHints {
    grouping = List.copyOf(grouping);
  }
}
