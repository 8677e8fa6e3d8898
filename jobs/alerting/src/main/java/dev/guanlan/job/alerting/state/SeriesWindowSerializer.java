package dev.guanlan.job.alerting.state;

import dev.guanlan.job.common.BlockReader;
import dev.guanlan.job.common.BlockWriter;
import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** Writes windows column by column; values keep their very bits, stale markers among them. */
public final class SeriesWindowSerializer extends VersionedSerializer<SeriesWindow> {

  private static final long serialVersionUID = 1;

  /** The version that brought histograms; the one before had numbers alone. */
  private static final int WITH_HISTOGRAMS = 2;

  /** Makes the serializer. */
  public SeriesWindowSerializer() {
    super(WITH_HISTOGRAMS);
  }

  @Override
  protected void write(SeriesWindow window, DataOutputView out) throws IOException {
    BlockWriter writer = new BlockWriter(out);
    writer.labels(window.labels());
    int size = window.size();
    writer.count(size);
    writer.longs(window.timestamps(), size);
    long[] bits = new long[size];
    for (int i = 0; i < size; i++) {
      bits[i] = Double.doubleToRawLongBits(window.values()[i]);
    }
    writer.longs(bits, size);
    @Nullable Histogram[] histograms = window.histograms();
    writer.count(histograms == null ? 0 : 1);
    if (histograms != null) {
      writer.histograms(histograms, size);
    }
  }

  @Override
  protected SeriesWindow read(int version, DataInputView in) throws IOException {
    BlockReader reader = new BlockReader(in);
    Labels labels = reader.labels();
    int size = reader.count();
    long[] timestamps = reader.longs(size);
    long[] bits = reader.longs(size);
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      values[i] = Double.longBitsToDouble(bits[i]);
    }
    boolean numbersAlone = version < WITH_HISTOGRAMS || reader.count() == 0;
    return numbersAlone
        ? new SeriesWindow(labels, timestamps, values)
        : new SeriesWindow(labels, timestamps, values, reader.histograms(size));
  }

  @Override
  public SeriesWindow createInstance() {
    return SeriesWindow.empty(Labels.EMPTY);
  }

  @Override
  public TypeSerializerSnapshot<SeriesWindow> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<SeriesWindow> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new SeriesWindowSerializer());
    }
  }
}
