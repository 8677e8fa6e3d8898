package dev.guanlan.job.common.delta;

import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.histogram.Histogram;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the totals of series by their identity, and makes totals of changes. One timer a bucket
 * looks for series that are silent, as long as there are series.
 */
final class AddDeltas extends KeyedProcessFunction<Integer, DeltaPart, SampleBlock> {

  private static final long serialVersionUID = 1;

  static final String TOTALS = "totals";
  static final String SERIES = "series";
  static final String LATE = "deltasLate";
  static final String OVERFLOWED = "deltasOverflowed";

  /** Counts changes that are no finite numbers. */
  static final String ENDLESS = "deltasEndless";

  static final String FORGOTTEN = "deltaSeriesForgotten";

  /** Prometheus' staleness marker, {@code value.StaleNaN}. */
  private static final long STALE = 0x7ff0000000000002L;

  private static final long NOT_YET = Long.MIN_VALUE;

  private final long forgottenAfterMillis;
  private final int mostSeries;
  private transient @Nullable MapState<Tuple2<Long, Long>, DeltaTotal> totals;
  private transient @Nullable ValueState<Integer> series;
  private transient @Nullable Counter late;
  private transient @Nullable Counter overflowed;
  private transient @Nullable Counter endless;
  private transient @Nullable Counter forgotten;

  /** When the task began: before that, no series could be seen. */
  private transient long beganMillis;

  AddDeltas(Duration forgottenAfter, int mostSeries) {
    this.forgottenAfterMillis = forgottenAfter.toMillis();
    this.mostSeries = mostSeries;
  }

  @Override
  public void open(OpenContext context) {
    totals =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    TOTALS, Types.TUPLE(Types.LONG, Types.LONG), DeltaTotalSerializer.TYPE));
    series = getRuntimeContext().getState(new ValueStateDescriptor<>(SERIES, Types.INT));
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    late = metrics.counter(LATE);
    endless = metrics.counter(ENDLESS);
    overflowed = metrics.counter(OVERFLOWED);
    forgotten = metrics.counter(FORGOTTEN);
    beganMillis = NOT_YET;
  }

  @Override
  public void processElement(DeltaPart part, Context context, Collector<SampleBlock> out)
      throws Exception {
    MapState<Tuple2<Long, Long>, DeltaTotal> known = Objects.requireNonNull(totals);
    ValueState<Integer> count = Objects.requireNonNull(series);
    long now = now(context);
    int before = Objects.requireNonNullElse(count.value(), 0);
    int after = before;
    TotalsBlock block = new TotalsBlock(part.block());
    for (int s = 0; s < part.block().seriesCount(); s++) {
      SeriesId id = part.block().id(s);
      Tuple2<Long, Long> key = Tuple2.of(id.high(), id.low());
      DeltaTotal total = known.get(key);
      if (total == null && after >= mostSeries) {
        Objects.requireNonNull(overflowed)
            .inc(part.block().endSample(s) - part.block().firstSample(s));
        continue;
      }
      DeltaTotal sum = add(part.block(), s, total, now, block);
      if (sum != null) {
        after += total == null ? 1 : 0;
        known.put(key, sum);
      }
    }
    if (after != before) {
      count.update(after);
    }
    if (before == 0 && after > 0) {
      context.timerService().registerProcessingTimeTimer(now + forgottenAfterMillis);
    }
    if (block.seriesCount() > 0) {
      out.collect(block.build());
    }
  }

  private long now(Context context) {
    long now = context.timerService().currentProcessingTime();
    beganMillis = beganMillis == NOT_YET ? now : beganMillis;
    return now;
  }

  /** Returns the series' total after its changes, or null if it has none and had none. */
  private @Nullable DeltaTotal add(
      SampleBlock from, int s, @Nullable DeltaTotal known, long now, TotalsBlock to) {
    DeltaTotal total = known;
    to.startSeries(s);
    for (int i = from.firstSample(s); i < from.endSample(s); i++) {
      long time = from.timestamp(i);
      long start = from.startTimestamp(i);
      if (total != null && (time <= total.timestamp() || total.isOfEarlierRun(start))) {
        Objects.requireNonNull(late).inc();
        continue;
      }
      Histogram histogram = from.histogram(i);
      double sum = histogram == null ? from.value(i) : histogram.sum();
      if (Double.doubleToRawLongBits(sum) == STALE) {
        total = (total == null ? DeltaTotal.of(0, start, time, now) : total).interrupted(time, now);
        to.copy(i);
        continue;
      }
      if (!Double.isFinite(sum)) {
        // It would be in every total after it.
        Objects.requireNonNull(endless).inc();
        continue;
      }
      if (histogram == null) {
        total =
            total == null
                ? DeltaTotal.of(sum, start, time, now)
                : total.plus(sum, start, time, now);
      } else {
        total =
            total == null
                ? DeltaTotal.of(histogram, start, time, now)
                : total.plus(histogram, start, time, now);
      }
      to.add(total);
    }
    to.endSeries();
    return total;
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<SampleBlock> out)
      throws Exception {
    // A timer that was due while nothing ran comes first of all.
    now(context);
    Iterator<Map.Entry<Tuple2<Long, Long>, DeltaTotal>> entries =
        Objects.requireNonNull(totals).iterator();
    int left = 0;
    long earliest = Long.MAX_VALUE;
    while (entries.hasNext()) {
      long seenAt = Math.max(beganMillis, entries.next().getValue().seenAtMillis());
      if (seenAt + forgottenAfterMillis <= timestamp) {
        entries.remove();
        Objects.requireNonNull(forgotten).inc();
      } else {
        left++;
        earliest = Math.min(earliest, seenAt);
      }
    }
    ValueState<Integer> count = Objects.requireNonNull(series);
    if (left == 0) {
      Objects.requireNonNull(totals).clear();
      count.clear();
    } else {
      count.update(left);
      // Not before a good part of an hour has passed, so that looking through costs next to
      // nothing.
      context
          .timerService()
          .registerProcessingTimeTimer(
              Math.max(earliest + forgottenAfterMillis, timestamp + forgottenAfterMillis / 6));
    }
  }
}
