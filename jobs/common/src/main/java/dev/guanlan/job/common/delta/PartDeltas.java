package dev.guanlan.job.common.delta;

import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesSelection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Parts series of changes from all others, which pass. A block without any passes as it is. */
final class PartDeltas extends ProcessFunction<SampleBlock, SampleBlock> {

  private static final long serialVersionUID = 1;

  static final OutputTag<DeltaPart> TAG = new OutputTag<>("deltas", DeltaPartSerializer.TYPE);

  @Override
  public void processElement(SampleBlock block, Context context, Collector<SampleBlock> out) {
    if (!block.hasDeltas()) {
      out.collect(block);
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
      out.collect(others.of(block, block.metadata()));
    }
  }
}
