package dev.guanlan.job.alerting.state;

import dev.guanlan.job.common.BlockReader;
import dev.guanlan.job.common.BlockWriter;
import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.model.Labels;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes windows column by column; values keep their very bits, stale markers among them. */
public final class SeriesWindowSerializer extends VersionedSerializer<SeriesWindow> {

  private static final long serialVersionUID = 1;

  /** Makes the serializer. */
  public SeriesWindowSerializer() {
    super(1);
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
    return new SeriesWindow(labels, timestamps, values);
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
