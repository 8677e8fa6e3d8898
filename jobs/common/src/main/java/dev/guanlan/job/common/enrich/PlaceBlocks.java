package dev.guanlan.job.common.enrich;

import dev.guanlan.model.LogBlock;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.topology.Place;
import dev.guanlan.topology.TopologyIndex;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Gives blocks their places from an index of the whole topology. Keeps no state in Flink: the
 * topology topic is the state.
 *
 * <p>Counts {@code enriched} and {@code unplaced}; tells {@code topologySize}, {@code
 * topologyRefused} and {@code topologyUnreadable}.
 */
abstract class PlaceBlocks<B> extends ProcessFunction<B, Placed<B>> {

  private static final long serialVersionUID = 2;

  private final Topology topology;
  private transient Topology.@Nullable View view;
  private transient TopologyIndex index = new TopologyIndex();
  private transient Counter enriched = new SimpleCounter();
  private transient Counter unplaced = new SimpleCounter();

  PlaceBlocks(Topology topology) {
    this.topology = topology;
  }

  @Override
  public final void open(OpenContext context) throws Exception {
    Topology.View opened = topology.open();
    view = opened;
    index = opened.upToDate(new TopologyIndex());
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    enriched = metrics.counter("enriched");
    unplaced = metrics.counter("unplaced");
    metrics.gauge("topologySize", () -> index.size());
    metrics.gauge("topologyRefused", () -> index.refused());
    metrics.gauge("topologyUnreadable", opened::unreadable);
  }

  @Override
  public final void processElement(B block, Context context, Collector<Placed<B>> out) {
    TopologyIndex current = Objects.requireNonNull(view).upToDate(index);
    index = current;
    Place[] places = places(block, current);
    int known = 0;
    for (Place place : places) {
      known += place.equals(Place.NONE) ? 0 : 1;
    }
    enriched.inc(known);
    unplaced.inc(places.length - known);
    out.collect(new Placed<>(block, places));
  }

  @Override
  public final void close() {
    if (view != null) {
      view.close();
    }
  }

  abstract Place[] places(B block, TopologyIndex index);

  /** Gives every series of a block of samples its place. */
  static final class OfSamples extends PlaceBlocks<SampleBlock> {

    private static final long serialVersionUID = 1;

    OfSamples(Topology topology) {
      super(topology);
    }

    // hot: one lookup by the series' identity, no allocation a series.
    @Override
    Place[] places(SampleBlock block, TopologyIndex index) {
      Place[] places = new Place[block.seriesCount()];
      for (int s = 0; s < places.length; s++) {
        places[s] = index.place(block, s);
      }
      return places;
    }
  }

  /** Gives every resource group of a block of log entries its place. */
  static final class OfLogs extends PlaceBlocks<LogBlock> {

    private static final long serialVersionUID = 1;

    OfLogs(Topology topology) {
      super(topology);
    }

    @Override
    Place[] places(LogBlock block, TopologyIndex index) {
      return block.resources().stream()
          .map(group -> index.place(block.tenant(), group.resource()))
          .toArray(Place[]::new);
    }
  }

  /** Gives every resource group of a block of spans its place. */
  static final class OfSpans extends PlaceBlocks<SpanBlock> {

    private static final long serialVersionUID = 1;

    OfSpans(Topology topology) {
      super(topology);
    }

    @Override
    Place[] places(SpanBlock block, TopologyIndex index) {
      return block.resources().stream()
          .map(group -> index.place(block.tenant(), group.resource()))
          .toArray(Place[]::new);
    }
  }
}
