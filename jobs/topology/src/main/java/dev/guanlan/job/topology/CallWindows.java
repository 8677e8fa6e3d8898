package dev.guanlan.job.topology;

import dev.guanlan.job.topology.state.OpenWindows;
import dev.guanlan.job.topology.state.StateTypes;
import dev.guanlan.model.Labels;
import dev.guanlan.topology.Call;
import dev.guanlan.topology.CallStatistics;
import dev.guanlan.topology.Change;
import dev.guanlan.topology.Entity;
import dev.guanlan.topology.Relation;
import dev.guanlan.topology.RelationType;
import java.io.IOException;
import java.time.Duration;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Sums up the calls from one service to another over windows of event time. A window that ends
 * becomes a {@code calls} relation whose version is its end; whoever is called and sends no
 * telemetry becomes an entity with it. A call that comes late counts in the next window to end.
 */
final class CallWindows extends KeyedProcessFunction<String, Call, Change> {

  private static final long serialVersionUID = 1;

  private final long windowMillis;

  private transient ValueState<OpenWindows> open;
  private transient Counter late = new SimpleCounter();

  @SuppressWarnings("NullAway.Init") // State is made when the task opens.
  CallWindows(Duration window) {
    this.windowMillis = window.toMillis();
  }

  static String key(Call call) {
    return call.tenant() + '\n' + call.from() + '\n' + call.to().id();
  }

  @Override
  public void open(OpenContext context) {
    open =
        getRuntimeContext()
            .getState(
                new ValueStateDescriptor<>(
                    TopologyUids.OPEN_WINDOWS_STATE, StateTypes.OPEN_WINDOWS));
    late = getRuntimeContext().getMetricGroup().counter("callsLate");
  }

  @Override
  public void processElement(Call call, Context context, Collector<Change> out) throws IOException {
    long end = windowEnd(call.endMillis());
    long watermark = context.timerService().currentWatermark();
    if (watermark != Long.MIN_VALUE) {
      if (end - 1 <= watermark) {
        late.inc();
        end = windowEnd(watermark + 1);
      }
      end = Math.min(end, windowEnd(watermark + PairSpans.MAX_AHEAD.toMillis()));
    }
    OpenWindows known = open.value();
    TreeMap<Long, CallStatistics> windows =
        known == null ? new TreeMap<>() : new TreeMap<>(known.windows());
    windows.put(end, windows.getOrDefault(end, CallStatistics.NONE).plus(call));
    open.update(new OpenWindows(call, windows));
    context.timerService().registerEventTimeTimer(end - 1);
  }

  private long windowEnd(long millis) {
    return Math.floorDiv(millis, windowMillis) * windowMillis + windowMillis;
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<Change> out)
      throws IOException {
    OpenWindows known = open.value();
    if (known == null) {
      return;
    }
    long end = timestamp + 1;
    TreeMap<Long, CallStatistics> windows = new TreeMap<>(known.windows());
    CallStatistics statistics = windows.remove(end);
    if (windows.isEmpty()) {
      open.clear();
    } else {
      open.update(new OpenWindows(known.latest(), windows));
    }
    if (statistics != null) {
      emit(known.latest(), statistics, end, out);
    }
  }

  private void emit(Call call, CallStatistics statistics, long end, Collector<Change> out) {
    if (call.outside()) {
      out.collect(
          new Entity(
              call.tenant(),
              call.to().type(),
              call.to().id(),
              call.to().name(),
              Labels.EMPTY,
              end,
              false));
    }
    out.collect(
        Relation.of(
            call.tenant(),
            RelationType.CALLS,
            call.from(),
            call.to().id(),
            statistics.attributes(windowMillis),
            end));
  }
}
