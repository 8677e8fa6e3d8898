package dev.guanlan.job.common.delta;

import dev.guanlan.job.common.BlockReader;
import dev.guanlan.job.common.BlockWriter;
import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.job.common.VersionedType;
import dev.guanlan.model.histogram.Histogram;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes what the changes of a series came to. */
final class DeltaTotalSerializer extends VersionedSerializer<DeltaTotal> {

  private static final long serialVersionUID = 1;

  static final VersionedType<DeltaTotal> TYPE =
      VersionedType.of(DeltaTotal.class, new DeltaTotalSerializer());

  DeltaTotalSerializer() {
    super(1);
  }

  @Override
  protected void write(DeltaTotal total, DataOutputView out) throws IOException {
    BlockWriter writer = new BlockWriter(out);
    writer.number(total.startTimestamp());
    writer.number(total.timestamp());
    writer.number(total.seenAtMillis());
    Histogram histogram = total.histogram();
    writer.count(histogram == null ? 0 : 1);
    if (histogram == null) {
      writer.number(total.value());
    } else {
      writer.histogram(histogram);
    }
  }

  @Override
  protected DeltaTotal read(int version, DataInputView in) throws IOException {
    BlockReader reader = new BlockReader(in);
    long start = reader.number();
    long timestamp = reader.number();
    long seenAt = reader.number();
    boolean isHistogram = reader.count() == 1;
    return isHistogram
        ? new DeltaTotal(0, reader.histogram(), start, timestamp, seenAt)
        : new DeltaTotal(reader.decimal(), null, start, timestamp, seenAt);
  }

  @Override
  public DeltaTotal createInstance() {
    return DeltaTotal.of(0, 0, 0, 0);
  }

  @Override
  public TypeSerializerSnapshot<DeltaTotal> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<DeltaTotal> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new DeltaTotalSerializer());
    }
  }
}
