package dev.guanlan.job.common.delta;

import dev.guanlan.job.common.enrich.Placed;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesSelection;
import dev.guanlan.topology.Place;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Parts series of changes from all others, which pass. A block without any passes as it is.
 *
 * @param <T> what holds a block
 */
abstract class PartDeltas<T> extends ProcessFunction<T, T> {

  private static final long serialVersionUID = 1;

  static final OutputTag<DeltaPart> TAG = new OutputTag<>("deltas", DeltaPartSerializer.TYPE);

  abstract SampleBlock block(T element);

  /** Returns the element with some of its series, and all that it says of metrics. */
  abstract T part(T element, SeriesSelection series);

  @Override
  public void processElement(T element, Context context, Collector<T> out) {
    SampleBlock block = block(element);
    if (!block.hasDeltas()) {
      out.collect(element);
      return;
    }
    SeriesSelection others = new SeriesSelection();
    Map<Integer, SeriesSelection> parts = new TreeMap<>();
    for (int s = 0; s < block.seriesCount(); s++) {
      if (block.isDelta(s)) {
        parts
            .computeIfAbsent(DeltaToCumulative.bucket(block.id(s)), bucket -> new SeriesSelection())
            .add(s);
      } else {
        others.add(s);
      }
    }
    parts.forEach(
        (bucket, series) ->
            context.output(TAG, new DeltaPart(bucket, series.of(block, List.of()))));
    if (others.count() > 0 || !block.metadata().isEmpty()) {
      out.collect(part(element, others));
    }
  }

  /** Parts blocks. */
  static final class OfBlocks extends PartDeltas<SampleBlock> {

    private static final long serialVersionUID = 1;

    @Override
    SampleBlock block(SampleBlock element) {
      return element;
    }

    @Override
    SampleBlock part(SampleBlock element, SeriesSelection series) {
      return series.of(element, element.metadata());
    }
  }

  /** Parts blocks that have their places. The changes leave without: they get them as totals. */
  static final class OfPlaced extends PartDeltas<Placed<SampleBlock>> {

    private static final long serialVersionUID = 1;

    @Override
    SampleBlock block(Placed<SampleBlock> element) {
      return element.block();
    }

    @Override
    Placed<SampleBlock> part(Placed<SampleBlock> element, SeriesSelection series) {
      Place[] places = new Place[series.count()];
      for (int i = 0; i < places.length; i++) {
        places[i] = element.places()[series.place(i)];
      }
      SampleBlock block = element.block();
      return new Placed<>(series.of(block, block.metadata()), places);
    }
  }
}
