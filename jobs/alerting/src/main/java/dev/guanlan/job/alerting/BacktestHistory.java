package dev.guanlan.job.alerting;

import dev.guanlan.connector.clickhouse.ClickHouseTarget;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.store.ReadLimitException;
import dev.guanlan.store.SampleReader;
import dev.guanlan.store.SampleSelection;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads the stored samples that a backtest's rules look at, slice by slice of time, with event time
 * behind each slice. Holds one slice at a time, and halves it where it has too many samples.
 *
 * <p>Event time is not told before the windows of the first tick are full.
 */
final class BacktestHistory extends AbstractStreamOperator<SampleBlock>
    implements OneInputStreamOperator<Long, SampleBlock> {

  private static final long serialVersionUID = 1;

  /** A slice that is shorter is not halved. */
  private static final long SHORTEST_MILLIS = 1_000;

  private final ClickHouseTarget target;
  private final int maxSeries;
  private final long maxSamples;
  private final BacktestRules rules;
  private final BacktestRange range;
  private transient @Nullable SampleReader reader;
  private transient @Nullable BacktestPlan plan;

  BacktestHistory(
      ClickHouseTarget target,
      int maxSeries,
      long maxSamples,
      BacktestRules rules,
      BacktestRange range) {
    this.target = target;
    this.maxSeries = maxSeries;
    this.maxSamples = maxSamples;
    this.rules = rules;
    this.range = range;
  }

  @Override
  public void open() throws Exception {
    super.open();
    reader = new SampleReader(target.connect(), maxSeries, maxSamples);
    plan = rules.plan();
  }

  @Override
  public void processElement(StreamRecord<Long> slice) throws Exception {
    BacktestPlan plan = Objects.requireNonNull(this.plan);
    long reach = plan.reachMillis();
    long after = range.endMillis(slice.getValue() - 1, reach);
    long to = range.endMillis(slice.getValue(), reach);
    if (slice.getValue() == 0) {
      for (SelectedWindow.Interval fixed : plan.fixedBefore(after)) {
        read(fixed.afterMillis(), fixed.toMillis());
      }
    }
    read(after, to);
  }

  private void read(long after, long to) throws IOException, InterruptedException {
    BacktestPlan wanted = Objects.requireNonNull(plan);
    List<SampleSelection> selections = wanted.selections(after, to, range.fromMillis());
    List<SampleBlock> blocks;
    try {
      blocks = Objects.requireNonNull(reader).read(rules.tenant(), selections, to);
    } catch (ReadLimitException e) {
      if (to - after <= SHORTEST_MILLIS) {
        throw new IOException(
            "the history from %d to %d ms is too much: %s; raise --%s or --%s"
                .formatted(
                    after,
                    to,
                    e.getMessage(),
                    BacktestOptions.SLICE_SAMPLES.key(),
                    AlertingSettings.MAX_SERIES.key()),
            e);
      }
      long middle = after + (to - after) / 2;
      read(after, middle);
      read(middle, to);
      return;
    }
    boolean past = to < range.fromMillis();
    for (SampleBlock block : blocks) {
      SampleBlock seen = past ? block : withoutRecords(block, wanted);
      if (seen.sampleCount() > 0) {
        output.collect(new StreamRecord<>(seen));
      }
    }
    if (to >= range.fromMillis() - 1) {
      output.emitWatermark(new Watermark(to));
    }
  }

  /** Leaves out what the rules that are tried record themselves. */
  private static SampleBlock withoutRecords(SampleBlock block, BacktestPlan plan) {
    SampleBlock.Builder kept = SampleBlock.builder(block.tenant(), Origin.NONE);
    boolean all = true;
    for (int s = 0; s < block.seriesCount(); s++) {
      if (plan.records(block.labels(s))) {
        all = false;
        continue;
      }
      kept.series(block.labels(s));
      for (int i = block.firstSample(s); i < block.endSample(s); i++) {
        Histogram histogram = block.histogram(i);
        if (histogram == null) {
          kept.sample(block.timestamp(i), block.value(i));
        } else {
          kept.histogram(block.timestamp(i), histogram);
        }
      }
    }
    return all ? block : kept.build();
  }
}
