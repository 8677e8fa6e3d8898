package dev.guanlan.job.topology;

import dev.guanlan.job.topology.state.OpenCall;
import dev.guanlan.job.topology.state.StateTypes;
import dev.guanlan.topology.Call;
import dev.guanlan.topology.CallSide;
import dev.guanlan.topology.Calls;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Pairs the two halves of a call. Whichever comes first waits, in event time; a caller whom nobody
 * answered then leads outside if it said whom it called, and an answer that nobody asked for is
 * dropped. After the wait nothing is left of either.
 */
final class PairSpans extends KeyedProcessFunction<String, CallSide, Call> {

  private static final long serialVersionUID = 1;

  /** How many may answer one call before its caller is heard of, as the consumers of a message. */
  static final int MAX_CALLED = 16;

  /** How far ahead of event time a span may end; one from the future must not wait for ever. */
  static final Duration MAX_AHEAD = Duration.ofMinutes(10);

  private final long waitMillis;

  private transient ValueState<OpenCall> open;
  private transient Counter paired = new SimpleCounter();
  private transient Counter outside = new SimpleCounter();
  private transient Counter unpaired = new SimpleCounter();
  private transient Counter repeated = new SimpleCounter();

  @SuppressWarnings("NullAway.Init") // State is made when the task opens.
  PairSpans(Duration wait) {
    this.waitMillis = wait.toMillis();
  }

  static String key(CallSide side) {
    return side.tenant() + '/' + side.pair();
  }

  @Override
  public void open(OpenContext context) {
    open =
        getRuntimeContext()
            .getState(
                new ValueStateDescriptor<>(TopologyUids.OPEN_CALL_STATE, StateTypes.OPEN_CALLS));
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    paired = metrics.counter("callsPaired");
    outside = metrics.counter("callsOutside");
    unpaired = metrics.counter("spansUnpaired");
    repeated = metrics.counter("spansRepeated");
  }

  @Override
  public void processElement(CallSide side, Context context, Collector<Call> out)
      throws IOException {
    OpenCall call = open.value();
    if (call == null) {
      call = new OpenCall(null, List.of(), false);
      long watermark = context.timerService().currentWatermark();
      context.timerService().registerEventTimeTimer(deadline(side.endMillis(), watermark));
    }
    open.update(side.caller() ? withCaller(call, side, out) : withCalled(call, side, out));
  }

  private long deadline(long endMillis, long watermark) {
    if (watermark == Long.MIN_VALUE) {
      return endMillis + waitMillis;
    }
    long latest = watermark + MAX_AHEAD.toMillis();
    return Math.max(watermark, Math.min(endMillis, latest)) + waitMillis;
  }

  private OpenCall withCaller(OpenCall call, CallSide caller, Collector<Call> out) {
    if (call.caller() != null) {
      repeated.inc();
      return call;
    }
    for (CallSide called : call.called()) {
      paired.inc();
      out.collect(Calls.pair(caller, called));
    }
    return new OpenCall(caller, List.of(), !call.called().isEmpty());
  }

  private OpenCall withCalled(OpenCall call, CallSide called, Collector<Call> out) {
    if (call.caller() != null) {
      paired.inc();
      out.collect(Calls.pair(call.caller(), called));
      return new OpenCall(call.caller(), List.of(), true);
    }
    if (call.called().size() == MAX_CALLED) {
      unpaired.inc();
      return call;
    }
    List<CallSide> all = new ArrayList<>(call.called());
    all.add(called);
    return new OpenCall(null, all, false);
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<Call> out)
      throws IOException {
    OpenCall call = open.value();
    open.clear();
    if (call == null) {
      return;
    }
    unpaired.inc(call.called().size());
    if (call.caller() != null && !call.answered()) {
      Calls.unanswered(call.caller())
          .ifPresentOrElse(
              found -> {
                outside.inc();
                out.collect(found);
              },
              unpaired::inc);
    }
  }
}
