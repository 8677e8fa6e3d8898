package dev.guanlan.codec.otlp;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.codec.series.SampleColumns;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.histogram.Histogram;

/** Collects a block of one sample a series, and knows the times of what belongs together. */
final class PointColumns {

  private final DecoderLimits limits;
  private final SampleColumns columns;
  private long receivedMillis;
  private long earliestOfResource;
  private long latestOfResource;
  private long millis;
  private long startMillis;
  private boolean delta;

  PointColumns(OtlpInput input) {
    limits = input.limits;
    columns = new SampleColumns(input.limits, input.budget);
  }

  /** Starts a block; points without a time have the one at which it was received. */
  void start(long received) {
    receivedMillis = received;
  }

  void startResource() {
    earliestOfResource = Long.MAX_VALUE;
    latestOfResource = Long.MIN_VALUE;
  }

  /** Says whether the points that follow are changes, not totals. */
  void delta(boolean isDelta) {
    delta = isDelta;
  }

  boolean hasSamplesOfResource() {
    return latestOfResource != Long.MIN_VALUE;
  }

  /** Returns the earliest time of the current resource's samples in milliseconds. */
  long earliestOfResource() {
    return earliestOfResource;
  }

  /** Returns the latest time of the current resource's samples in milliseconds. */
  long latestOfResource() {
    return latestOfResource;
  }

  /** Sets the times of the samples that follow, in nanoseconds; 0 if unknown. */
  void point(long nanos, long startNanos) {
    millis = nanos == 0 ? receivedMillis : nanos / SampleColumns.NANOS_A_MILLI;
    startMillis = startNanos / SampleColumns.NANOS_A_MILLI;
    earliestOfResource = Math.min(earliestOfResource, millis);
    latestOfResource = Math.max(latestOfResource, millis);
  }

  /** Adds a sample of the series found last. */
  void number(PointSeries series, double value) throws MalformedPayloadException {
    checkSeries();
    int first = columns.samples();
    columns.sample(millis, value);
    end(series, first);
  }

  /** Adds a histogram of the series found last. */
  void histogram(PointSeries series, Histogram histogram) throws MalformedPayloadException {
    checkSeries();
    int first = columns.samples();
    columns.histogram(millis, histogram);
    end(series, first);
  }

  /**
   * Adds {@code target_info} of the current resource: at the time of its latest sample, and before
   * it, from the earliest on, as often as queries need it to be seen throughout, the last {@code
   * most} times.
   */
  void info(Labels labels, SeriesId id, long intervalMillis, int most)
      throws MalformedPayloadException {
    checkSeries();
    int first = columns.samples();
    long before = latestOfResource - earliestOfResource;
    long times = (before + intervalMillis - 1) / intervalMillis;
    for (long i = Math.max(0, times - most); i < times; i++) {
      columns.sample(earliestOfResource + i * intervalMillis, 1);
    }
    columns.sample(latestOfResource, 1);
    columns.charge(first);
    columns.endSeries(labels, id.high(), id.low(), first);
  }

  private void end(PointSeries series, int first) throws MalformedPayloadException {
    columns.startTimestamp(startMillis);
    columns.charge(first);
    if (delta) {
      columns.delta();
    }
    columns.endSeries(series.labels(), series.idHigh(), series.idLow(), first);
  }

  private void checkSeries() throws MalformedPayloadException {
    if (columns.series() >= limits.maxSeries()) {
      throw new PayloadTooLargeException(
          "the request has more than "
              + limits.maxSeries()
              + " series, which is a fixed limit; send smaller batches");
    }
  }

  /** Returns what is collected, to add to. */
  SampleColumns all() {
    return columns;
  }
}
