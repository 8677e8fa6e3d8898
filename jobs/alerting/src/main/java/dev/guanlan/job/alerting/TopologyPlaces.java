package dev.guanlan.job.alerting;

import dev.guanlan.job.common.enrich.Topology;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import dev.guanlan.rules.AlertPlaces;
import dev.guanlan.rules.template.AlertPlace;
import dev.guanlan.topology.Place;
import dev.guanlan.topology.TopologyIndex;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/**
 * Tells the rules of a task where alerts belong. The topology is followed from when the first group
 * is known that uses it, and read to its end before that group's first tick: after a restart a tick
 * must see what it would have seen without, or alerts would be resolved and fire anew under other
 * labels. If it cannot be read the task fails, for the same reason.
 */
final class TopologyPlaces implements AutoCloseable {

  /** How many dependants an alert has at most; no reader of a notification wants more. */
  static final int MOST_DEPENDANTS = 100;

  private static final int MOST_CACHED = 100_000;

  private final Topology topology;
  private Topology.@Nullable View view;
  private volatile int size;
  private volatile long refused;

  /** Places by tenant and element, as long as nothing moves. */
  private final Map<SeriesId, AlertPlace> places = new HashMap<>();

  private long generation;
  private long callsGeneration;

  TopologyPlaces(Topology topology, MetricGroup metrics) {
    this.topology = topology;
    metrics.gauge("topologySize", (Gauge<Integer>) () -> size);
    metrics.gauge("topologyRefused", (Gauge<Long>) () -> refused);
  }

  /** Begins to follow the topology, and waits for nothing. */
  Topology.View follow() {
    Topology.View followed = view;
    if (followed == null) {
      followed = topology.follow();
      view = followed;
    }
    return followed;
  }

  /**
   * Brings the places up to date, for the tick of a group that uses them. Waits, the first time
   * alone, until everything is known that there is.
   */
  void refresh() throws InterruptedException {
    Topology.View followed = follow();
    followed.awaitEnd();
    boolean moved = followed.ask(this::notesMove);
    if (moved || places.size() >= MOST_CACHED) {
      places.clear();
    }
  }

  private boolean notesMove(TopologyIndex index) {
    boolean moved = index.generation() != generation || index.callsGeneration() != callsGeneration;
    generation = index.generation();
    callsGeneration = index.callsGeneration();
    size = index.size();
    refused = index.refused();
    return moved;
  }

  /** Returns the places of a tenant's alerts; each is the same until the next refresh. */
  AlertPlaces of(String tenant) {
    return element ->
        places.computeIfAbsent(
            SeriesId.of(tenant, element),
            id -> follow().ask(index -> find(index, tenant, element)));
  }

  private static AlertPlace find(TopologyIndex index, String tenant, Labels element) {
    Place place = index.place(tenant, element);
    return new AlertPlace(
        place.cluster(),
        place.namespace(),
        place.workload(),
        place.node(),
        place.service(),
        place.owner(),
        index.dependants(tenant, element, MOST_DEPENDANTS));
  }

  @Override
  public void close() {
    if (view != null) {
      view.close();
      view = null;
    }
  }
}
