package dev.guanlan.codec.otlp;

import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SampleBlock;

/** Collects a block of one sample a series, within the limits. */
final class SampleColumnsBuilder {

  private static final long NANOS_A_MILLI = 1_000_000;
  private static final int BYTES_A_SERIES = 64;

  private final OtlpInput input;
  private final SampleBlock.Builder block;
  private final long receivedMillis;
  private int series;
  private long latestOfResource = Long.MIN_VALUE;

  SampleColumnsBuilder(OtlpInput input, SampleBlock.Builder block, long receivedMillis) {
    this.input = input;
    this.block = block;
    this.receivedMillis = receivedMillis;
  }

  void startResource() {
    latestOfResource = Long.MIN_VALUE;
  }

  boolean hasSamplesOfResource() {
    return latestOfResource != Long.MIN_VALUE;
  }

  /** Returns the latest time of the current resource's samples in milliseconds. */
  long latestOfResource() {
    return latestOfResource;
  }

  /** Returns a point's time in milliseconds; {@code nanos} is 0 if the point has none. */
  long millis(long nanos) {
    return nanos == 0 ? receivedMillis : nanos / NANOS_A_MILLI;
  }

  void sample(Labels labels, long millis, double value) throws MalformedPayloadException {
    if (++series > input.limits.maxSeries()) {
      throw new PayloadTooLargeException(
          "the request has more than "
              + input.limits.maxSeries()
              + " series, which is the limit; send smaller batches");
    }
    input.budget.charge(BYTES_A_SERIES);
    block.series(labels).sample(millis, value);
    latestOfResource = Math.max(latestOfResource, millis);
  }

  SampleBlock build() {
    return block.build();
  }
}
