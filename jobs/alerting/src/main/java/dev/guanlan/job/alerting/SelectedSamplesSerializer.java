package dev.guanlan.job.alerting;

import dev.guanlan.job.common.BlockReader;
import dev.guanlan.job.common.BlockWriter;
import dev.guanlan.job.common.ColumnReader;
import dev.guanlan.job.common.ColumnWriter;
import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** Writes the samples that a group selects between tasks: columns at once, labels where given. */
final class SelectedSamplesSerializer extends VersionedSerializer<SelectedSamples> {

  private static final long serialVersionUID = 1;

  private static final int LABELS = 1;
  private static final int HISTOGRAMS = 2;
  private static final int RECORDED = 4;

  private transient @Nullable ColumnWriter columns;

  SelectedSamplesSerializer() {
    super(1);
  }

  private ColumnWriter columns() {
    ColumnWriter known = columns;
    if (known == null) {
      known = new ColumnWriter();
      columns = known;
    }
    return known;
  }

  @Override
  protected void write(SelectedSamples samples, DataOutputView out) throws IOException {
    int series = samples.seriesCount();
    int count = samples.sampleCount();
    ColumnWriter writer = columns();
    writer.count(series);
    writer.count(count);
    writer.longs(samples.ids(), 2 * series);
    writer.steps(samples.firstSample(), series + 1);
    writer.steps(samples.timestamps(), count);
    writer.decimals(samples.values(), count);
    writer.writeTo(out);
    BlockWriter block = new BlockWriter(out);
    block.text(samples.group());
    block.count(
        (samples.labels() == null ? 0 : LABELS)
            | (samples.histograms() == null ? 0 : HISTOGRAMS)
            | (samples.recorded() ? RECORDED : 0));
    if (samples.labels() != null) {
      for (int s = 0; s < series; s++) {
        Labels labels = samples.labels(s);
        block.count(labels == null ? 0 : 1);
        if (labels != null) {
          block.labels(labels);
        }
      }
    }
    @Nullable Histogram[] histograms = samples.histograms();
    if (histograms != null) {
      block.histograms(histograms, count);
    }
  }

  @Override
  protected SelectedSamples read(int version, DataInputView in) throws IOException {
    ColumnReader columns = new ColumnReader(in);
    int series = columns.count();
    int count = columns.count();
    long[] ids = columns.longs(2 * series);
    int[] firstSample = columns.smallSteps(series + 1);
    long[] timestamps = columns.steps(count);
    double[] values = columns.decimals(count);
    BlockReader block = new BlockReader(in);
    String group = block.text();
    int with = block.count();
    @Nullable Labels[] labels = null;
    if ((with & LABELS) != 0) {
      labels = new @Nullable Labels[series];
      for (int s = 0; s < series; s++) {
        labels[s] = block.count() == 0 ? null : block.labels();
      }
    }
    return new SelectedSamples(
        group,
        (with & RECORDED) != 0,
        ids,
        labels,
        firstSample,
        timestamps,
        values,
        (with & HISTOGRAMS) == 0 ? null : block.histograms(count));
  }

  @Override
  public SelectedSamples createInstance() {
    return new SelectedSamples(
        "", false, new long[0], null, new int[1], new long[0], new double[0], null);
  }

  @Override
  public TypeSerializer<SelectedSamples> duplicate() {
    // Each thread has columns of its own.
    return new SelectedSamplesSerializer();
  }

  @Override
  public TypeSerializerSnapshot<SelectedSamples> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<SelectedSamples> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new SelectedSamplesSerializer());
    }
  }
}
