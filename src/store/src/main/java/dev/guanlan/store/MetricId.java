package dev.guanlan.store;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;

/** Computes what the rows of a metric begin with in the table {@code samples}. */
public final class MetricId {

  private MetricId() {}

  /**
   * Returns the first 64 bits of the identity of the series that has the metric's name and no other
   * label. Two metrics that happen to share it only lie among each other; their series stay apart.
   *
   * @param tenant whose metric it is
   * @param metric its name; may be empty
   */
  public static long of(String tenant, String metric) {
    return SeriesId.of(tenant, Labels.of(Labels.METRIC_NAME, metric)).high();
  }
}
