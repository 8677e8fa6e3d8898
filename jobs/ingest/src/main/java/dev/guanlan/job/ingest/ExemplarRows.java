package dev.guanlan.job.ingest;

import dev.guanlan.model.Exemplar;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.store.MetricId;
import dev.guanlan.store.RowBuffer;
import java.util.List;

/** Writes rows of the table {@code exemplars}. */
final class ExemplarRows {

  static final String INSERT =
      "INSERT INTO exemplars (key, timestamp, value, trace_id, labels, expires)"
          + " SETTINGS max_partitions_per_insert_block = 1000 FORMAT RowBinary";

  /** The label that holds a trace id: OpenMetrics' name and that of older client libraries. */
  private static final List<String> TRACE_LABELS = List.of("trace_id", "traceID");

  void write(SampleBlock block, TimeBounds bounds, RowBuffer row) {
    if (block.exemplars().isEmpty()) {
      return;
    }
    int days = bounds.retention().days(block.tenant(), "exemplars");
    long earliest = bounds.earliestMillis(days);
    long latest = bounds.latestMillis();
    for (Exemplar exemplar : block.exemplars()) {
      long timestamp = timestamp(exemplar, block, bounds);
      if (timestamp >= earliest && timestamp <= latest) {
        Labels series = block.labels(exemplar.series());
        row.int128(
            MetricId.of(block.tenant(), series.metricName()), block.idHigh(exemplar.series()));
        row.int64(timestamp);
        row.float64(exemplar.value());
        row.string(traceId(exemplar.labels()));
        row.map(exemplar.labels());
        row.date(Retention.expires(timestamp, days));
        row.endRow();
      }
    }
  }

  /** Returns an exemplar's time; that of its series' last sample, or now, if it has none. */
  private static long timestamp(Exemplar exemplar, SampleBlock block, TimeBounds bounds) {
    if (exemplar.timestampMillis() != 0) {
      return exemplar.timestampMillis();
    }
    int end = block.endSample(exemplar.series());
    return end > block.firstSample(exemplar.series())
        ? block.timestamp(end - 1)
        : bounds.clock().millis();
  }

  private static String traceId(Labels labels) {
    for (String name : TRACE_LABELS) {
      String value = labels.get(name);
      if (value != null) {
        return value;
      }
    }
    return "";
  }
}
