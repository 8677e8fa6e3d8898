package dev.guanlan.job.alerting.state;

import dev.guanlan.job.common.BlockReader;
import dev.guanlan.job.common.BlockWriter;
import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes a series' identity and labels. */
public final class KnownSeriesSerializer extends VersionedSerializer<KnownSeries> {

  private static final long serialVersionUID = 1;

  /** Makes the serializer. */
  public KnownSeriesSerializer() {
    super(1);
  }

  @Override
  protected void write(KnownSeries series, DataOutputView out) throws IOException {
    out.writeLong(series.id().high());
    out.writeLong(series.id().low());
    new BlockWriter(out).labels(series.labels());
  }

  @Override
  protected KnownSeries read(int version, DataInputView in) throws IOException {
    SeriesId id = new SeriesId(in.readLong(), in.readLong());
    return new KnownSeries(id, new BlockReader(in).labels());
  }

  @Override
  public KnownSeries createInstance() {
    return new KnownSeries(new SeriesId(0, 0), Labels.EMPTY);
  }

  @Override
  public TypeSerializerSnapshot<KnownSeries> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<KnownSeries> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new KnownSeriesSerializer());
    }
  }
}
