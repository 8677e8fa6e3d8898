package dev.guanlan.job.alerting.state;

import dev.guanlan.job.common.BlockReader;
import dev.guanlan.job.common.BlockWriter;
import dev.guanlan.job.common.ColumnReader;
import dev.guanlan.job.common.ColumnWriter;
import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.model.histogram.Histogram;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * Writes segments column by column: the steps from number to number and from time to time, values
 * by their very bits, and the histograms if there are any.
 */
public final class SegmentSerializer extends VersionedSerializer<Segment> {

  private static final long serialVersionUID = 1;

  /** Makes the serializer. */
  public SegmentSerializer() {
    super(1);
  }

  @Override
  protected void write(Segment segment, DataOutputView out) throws IOException {
    int size = segment.size();
    ColumnWriter columns = new ColumnWriter();
    columns.count(size);
    columns.steps(segment.numbers(), size);
    columns.steps(segment.timestamps(), size);
    columns.decimals(segment.values(), size);
    columns.writeTo(out);
    @Nullable Histogram[] histograms = segment.histograms();
    BlockWriter writer = new BlockWriter(out);
    writer.count(histograms == null ? 0 : 1);
    if (histograms != null) {
      writer.histograms(histograms, size);
    }
  }

  @Override
  protected Segment read(int version, DataInputView in) throws IOException {
    ColumnReader columns = new ColumnReader(in);
    int size = columns.count();
    int[] numbers = columns.smallSteps(size);
    long[] timestamps = columns.steps(size);
    double[] values = columns.decimals(size);
    BlockReader reader = new BlockReader(in);
    return new Segment(
        numbers, timestamps, values, reader.count() == 0 ? null : reader.histograms(size));
  }

  @Override
  public Segment createInstance() {
    return new Segment(new int[0], new long[0], new double[0], null);
  }

  @Override
  public TypeSerializerSnapshot<Segment> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<Segment> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new SegmentSerializer());
    }
  }
}
