package dev.guanlan.promql.engine;

import dev.guanlan.promql.Position;
import java.util.EnumSet;
import java.util.Set;

/**
 * Remarks on the histograms that a function over ranges meets, each kind once for a series. Wording
 * and places are Prometheus' ({@code util/annotations/annotations.go}).
 */
final class RangeRemarks {

  private enum Kind {
    MIXED,
    IGNORED,
    MIXED_SCHEMAS,
    NOT_COUNTER,
    NOT_GAUGE
  }

  private final Annotations annotations;
  private final Position position;
  private final Set<Kind> made = EnumSet.noneOf(Kind.class);
  private String metric = "";

  /** Makes remarks about a call. */
  RangeRemarks(Annotations annotations, Position position) {
    this.annotations = annotations;
    this.position = position;
  }

  void begin(String nextMetric) {
    metric = nextMetric;
    made.clear();
  }

  /** Warns that numbers and histograms are mixed, so that there is no result. */
  void mixed() {
    warn(Kind.MIXED, "encountered a mix of histograms and floats for metric name");
  }

  /** Tells that the numbers alone were used. */
  void ignored() {
    if (made.add(Kind.IGNORED)) {
      annotations.inform(
          "PromQL info: ignored histograms in a range containing both floats and histograms for"
              + " metric name \""
              + metric
              + "\"",
          position);
    }
  }

  /** Warns that exponential and custom buckets are mixed, so that there is no result. */
  void mixedSchemas() {
    warn(
        Kind.MIXED_SCHEMAS,
        "vector contains a mix of histograms with exponential and custom buckets schemas for"
            + " metric name");
  }

  void notCounter() {
    warn(Kind.NOT_COUNTER, "this native histogram metric is not a counter:");
  }

  void notGauge() {
    warn(Kind.NOT_GAUGE, "this native histogram metric is not a gauge:");
  }

  private void warn(Kind kind, String message) {
    if (made.add(kind)) {
      annotations.warn("PromQL warning: " + message + " \"" + metric + "\"", position);
    }
  }

  /** Tells that only bounds that all histograms have were kept. */
  void reconciled(String operation) {
    annotations.inform(
        "PromQL info: mismatched custom buckets were reconciled during " + operation, position);
  }

  /** Warns that some histograms follow a reset and others say that there was none. */
  void resetsCollided() {
    annotations.warn(
        "PromQL warning: conflicting counter resets during histogram aggregation", position);
  }
}
