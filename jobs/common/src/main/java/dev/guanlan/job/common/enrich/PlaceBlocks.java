package dev.guanlan.job.common.enrich;

import dev.guanlan.model.LogBlock;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.topology.Change;
import dev.guanlan.topology.Place;
import dev.guanlan.topology.TopologyIndex;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.streaming.api.functions.co.CoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Gives blocks their places from an index of the whole topology, which it fills when it opens and
 * keeps by the broadcast changes. Keeps no state in Flink: the topology topic is the state.
 */
abstract class PlaceBlocks<B> extends CoProcessFunction<B, Change, Placed<B>> {

  private static final long serialVersionUID = 1;

  private final TopologyTable table;
  private transient TopologyIndex index = new TopologyIndex();
  private transient Counter enriched = new SimpleCounter();
  private transient Counter unplaced = new SimpleCounter();

  PlaceBlocks(TopologyTable table) {
    this.table = table;
  }

  @Override
  public final void open(OpenContext context) {
    TopologyIndex filled = new TopologyIndex();
    table.read(filled::apply);
    index = filled;
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    enriched = metrics.counter("enriched");
    unplaced = metrics.counter("unplaced");
    metrics.gauge("topologySize", filled::size);
    metrics.gauge("topologyRefused", filled::refused);
  }

  @Override
  public final void processElement1(B block, Context context, Collector<Placed<B>> out) {
    Place[] places = places(block, index);
    int known = 0;
    for (Place place : places) {
      known += place.equals(Place.NONE) ? 0 : 1;
    }
    enriched.inc(known);
    unplaced.inc(places.length - known);
    out.collect(new Placed<>(block, places));
  }

  @Override
  public final void processElement2(Change change, Context context, Collector<Placed<B>> out) {
    index.apply(change);
  }

  abstract Place[] places(B block, TopologyIndex topology);

  /** Gives every series of a block of samples its place. */
  static final class OfSamples extends PlaceBlocks<SampleBlock> {

    private static final long serialVersionUID = 1;

    OfSamples(TopologyTable table) {
      super(table);
    }

    // hot: one lookup by the series' identity, no allocation a series.
    @Override
    Place[] places(SampleBlock block, TopologyIndex topology) {
      Place[] places = new Place[block.seriesCount()];
      for (int s = 0; s < places.length; s++) {
        places[s] = topology.place(block.id(s), block.tenant(), block.labels(s));
      }
      return places;
    }
  }

  /** Gives every resource group of a block of log entries its place. */
  static final class OfLogs extends PlaceBlocks<LogBlock> {

    private static final long serialVersionUID = 1;

    OfLogs(TopologyTable table) {
      super(table);
    }

    @Override
    Place[] places(LogBlock block, TopologyIndex topology) {
      return block.resources().stream()
          .map(group -> topology.place(block.tenant(), group.resource()))
          .toArray(Place[]::new);
    }
  }

  /** Gives every resource group of a block of spans its place. */
  static final class OfSpans extends PlaceBlocks<SpanBlock> {

    private static final long serialVersionUID = 1;

    OfSpans(TopologyTable table) {
      super(table);
    }

    @Override
    Place[] places(SpanBlock block, TopologyIndex topology) {
      return block.resources().stream()
          .map(group -> topology.place(block.tenant(), group.resource()))
          .toArray(Place[]::new);
    }
  }
}
