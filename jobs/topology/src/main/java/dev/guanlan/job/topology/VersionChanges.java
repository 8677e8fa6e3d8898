package dev.guanlan.job.topology;

import dev.guanlan.job.topology.state.StateTypes;
import dev.guanlan.job.topology.state.TrackedChange;
import dev.guanlan.model.Labels;
import dev.guanlan.topology.Change;
import dev.guanlan.topology.Entity;
import dev.guanlan.topology.Relation;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Turns sightings of an entity or relation into its versions. The first sighting is emitted at
 * once; later ones when something changed, but not more often than the settle time allows, or when
 * the refresh time is over. What was not seen for the expiry time is gone: its tombstone is
 * emitted, and nothing is left of it here.
 *
 * <p>Agents know different things of one entity: attributes of all sightings are kept, of each the
 * newest. Versions of one key only ever grow, and all times are event time, so a replay emits what
 * was emitted before.
 */
final class VersionChanges extends KeyedProcessFunction<String, Change, Change> {

  private static final long serialVersionUID = 1;

  private final long settleMillis;
  private final long refreshMillis;
  private final long expiryMillis;

  private transient ValueState<TrackedChange> state;
  private transient Counter emitted = new SimpleCounter();
  private transient Counter expired = new SimpleCounter();
  private transient Counter late = new SimpleCounter();

  @SuppressWarnings("NullAway.Init") // State is made when the task opens.
  VersionChanges(Duration settle, Duration refresh, Duration expiry) {
    this.settleMillis = settle.toMillis();
    this.refreshMillis = refresh.toMillis();
    this.expiryMillis = expiry.toMillis();
  }

  @Override
  public void open(OpenContext context) {
    state =
        getRuntimeContext()
            .getState(
                new ValueStateDescriptor<>(
                    TopologyUids.TRACKED_CHANGE_STATE, StateTypes.TRACKED_CHANGES));
    emitted = getRuntimeContext().getMetricGroup().counter("changesEmitted");
    expired = getRuntimeContext().getMetricGroup().counter("changesExpired");
    late = getRuntimeContext().getMetricGroup().counter("changesLate");
  }

  @Override
  public void processElement(Change seen, Context context, Collector<Change> out)
      throws IOException {
    TimerService timers = context.timerService();
    if (seen.version() + expiryMillis <= timers.currentWatermark()) {
      // Its time is over; after its tombstone it would come back as if it were new.
      late.inc();
      return;
    }
    TrackedChange known = state.value();
    if (known == null) {
      long expiry = seen.version() + expiryMillis;
      timers.registerEventTimeTimer(expiry);
      state.update(new TrackedChange(seen, seen.version(), false, expiry));
      emit(seen, out);
      return;
    }
    Change merged = merge(known.newest(), seen);
    boolean pending = known.pending() || !saysTheSame(merged, known.newest());
    long age = merged.version() - known.emittedVersion();
    if ((pending && age >= settleMillis) || age >= refreshMillis) {
      state.update(new TrackedChange(merged, merged.version(), false, known.expiryTimer()));
      emit(merged, out);
      return;
    }
    if (pending && !known.pending()) {
      timers.registerEventTimeTimer(known.emittedVersion() + settleMillis);
    }
    state.update(new TrackedChange(merged, known.emittedVersion(), pending, known.expiryTimer()));
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<Change> out)
      throws IOException {
    TrackedChange known = state.value();
    if (known == null) {
      return;
    }
    long lastSeen = known.newest().version();
    if (timestamp >= lastSeen + expiryMillis) {
      state.clear();
      expired.inc();
      emit(known.newest().tombstone(Math.max(lastSeen, known.emittedVersion()) + 1), out);
      return;
    }
    TrackedChange next = known;
    if (known.pending() && timestamp >= known.emittedVersion() + settleMillis) {
      Change newer = known.newest().withVersion(Math.max(lastSeen, known.emittedVersion() + 1));
      emit(newer, out);
      next = new TrackedChange(newer, newer.version(), false, known.expiryTimer());
    }
    if (timestamp >= known.expiryTimer()) {
      long expiry = next.newest().version() + expiryMillis;
      context.timerService().registerEventTimeTimer(expiry);
      next = new TrackedChange(next.newest(), next.emittedVersion(), next.pending(), expiry);
    }
    state.update(next);
  }

  private void emit(Change change, Collector<Change> out) {
    emitted.inc();
    out.collect(change);
  }

  private static boolean saysTheSame(Change a, Change b) {
    return a.withVersion(0).equals(b.withVersion(0));
  }

  /** Returns what both say, and where they differ what the newer says, as of the newer's time. */
  private static Change merge(Change known, Change seen) {
    boolean newer = seen.version() >= known.version();
    Change first = newer ? known : seen;
    Change second = newer ? seen : known;
    if (first.attributes().equals(second.attributes())) {
      return second;
    }
    Map<String, String> both = first.attributes().toMap();
    both.putAll(second.attributes().toMap());
    Labels attributes = Labels.of(both);
    if (second instanceof Entity e) {
      return new Entity(
          e.tenant(), e.type(), e.id(), e.name(), attributes, e.version(), e.deleted());
    }
    Relation r = (Relation) second;
    return new Relation(
        r.tenant(), r.type(), r.id(), r.from(), r.to(), attributes, r.version(), r.deleted());
  }
}
