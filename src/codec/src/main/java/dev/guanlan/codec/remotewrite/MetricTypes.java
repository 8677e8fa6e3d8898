package dev.guanlan.codec.remotewrite;

import dev.guanlan.model.MetricMetadata;

/** Names the types of metrics as both versions number them. */
final class MetricTypes {

  private static final MetricMetadata.Type[] BY_NUMBER = {
    MetricMetadata.Type.UNKNOWN,
    MetricMetadata.Type.COUNTER,
    MetricMetadata.Type.GAUGE,
    MetricMetadata.Type.HISTOGRAM,
    MetricMetadata.Type.GAUGE_HISTOGRAM,
    MetricMetadata.Type.SUMMARY,
    MetricMetadata.Type.INFO,
    MetricMetadata.Type.STATE_SET
  };

  private MetricTypes() {}

  /** Returns the type of a number; a number that is not known says that the type is not. */
  static MetricMetadata.Type of(long number) {
    return number >= 0 && number < BY_NUMBER.length
        ? BY_NUMBER[(int) number]
        : MetricMetadata.Type.UNKNOWN;
  }

  /** Returns the number of a type. */
  static int number(MetricMetadata.Type type) {
    int number = BY_NUMBER.length - 1;
    while (BY_NUMBER[number] != type) {
      number--;
    }
    return number;
  }
}
