package dev.guanlan.job.alerting.state;

import dev.guanlan.job.common.BlockReader;
import dev.guanlan.job.common.BlockWriter;
import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** Writes what shards make of ticks. */
public final class LeafResultsSerializer extends VersionedSerializer<LeafResults> {

  private static final long serialVersionUID = 1;

  /** Makes the serializer. */
  public LeafResultsSerializer() {
    super(1);
  }

  @Override
  protected void write(LeafResults results, DataOutputView out) throws IOException {
    BlockWriter writer = new BlockWriter(out);
    writer.text(results.group());
    out.writeLong(results.version());
    writer.count(results.shard());
    out.writeLong(results.tickMillis());
    out.writeBoolean(results.complete());
    out.writeLong(results.seriesCount());
    out.writeLong(results.newestSampleMillis());
    out.writeLong(results.lateSamples());
    int size = results.size();
    writer.count(size);
    writer.longs(results.ids(), 2 * size);
    writer.count(results.labels() == null ? 0 : 1);
    if (results.labels() != null) {
      for (int series = 0; series < size; series++) {
        Labels labels = results.labels(series);
        writer.count(labels == null ? 0 : 1);
        if (labels != null) {
          writer.labels(labels);
        }
      }
    }
    writer.count(results.leaves().size());
    for (LeafColumn leaf : results.leaves()) {
      write(leaf, writer);
    }
    writer.count(results.inputs().length);
    writer.longs(results.inputs(), results.inputs().length);
  }

  private static void write(LeafColumn leaf, BlockWriter writer) throws IOException {
    writer.count(leaf.failure() == null ? 0 : 1);
    if (leaf.failure() != null) {
      writer.text(leaf.failure());
      return;
    }
    int rows = leaf.series().length;
    writer.count(rows);
    int before = 0;
    for (int series : leaf.series()) {
      writer.signed(series - before);
      before = series;
    }
    long[] bits = new long[rows];
    for (int row = 0; row < rows; row++) {
      bits[row] = Double.doubleToRawLongBits(leaf.values()[row]);
    }
    writer.longs(bits, rows);
    @Nullable Histogram[] histograms = leaf.histograms();
    writer.count(histograms == null ? 0 : 1);
    if (histograms != null) {
      writer.histograms(histograms, rows);
    }
  }

  @Override
  protected LeafResults read(int version, DataInputView in) throws IOException {
    BlockReader reader = new BlockReader(in);
    String group = reader.text();
    long shardsVersion = in.readLong();
    int shard = reader.count();
    long tick = in.readLong();
    boolean complete = in.readBoolean();
    long seriesCount = in.readLong();
    long newest = in.readLong();
    long late = in.readLong();
    int size = reader.count();
    long[] ids = reader.longs(2 * size);
    @Nullable Labels[] labels = null;
    if (reader.count() > 0) {
      labels = new @Nullable Labels[size];
      for (int series = 0; series < size; series++) {
        labels[series] = reader.count() == 0 ? null : reader.labels();
      }
    }
    List<LeafColumn> leaves = new ArrayList<>();
    for (int left = reader.count(); left > 0; left--) {
      leaves.add(readLeaf(reader));
    }
    return new LeafResults(
        group,
        shardsVersion,
        shard,
        tick,
        complete,
        seriesCount,
        newest,
        late,
        ids,
        labels,
        leaves,
        reader.longs(reader.count()));
  }

  private static LeafColumn readLeaf(BlockReader reader) throws IOException {
    if (reader.count() > 0) {
      return new LeafColumn(reader.text(), new int[0], new double[0], null);
    }
    int rows = reader.count();
    int[] series = new int[rows];
    int before = 0;
    for (int row = 0; row < rows; row++) {
      before += reader.signed();
      series[row] = before;
    }
    double[] values = new double[rows];
    long[] bits = reader.longs(rows);
    for (int row = 0; row < rows; row++) {
      values[row] = Double.longBitsToDouble(bits[row]);
    }
    return new LeafColumn(
        null, series, values, reader.count() == 0 ? null : reader.histograms(rows));
  }

  @Override
  public LeafResults createInstance() {
    return new LeafResults("", 0, 0, 0, false, 0, 0, 0, new long[0], null, List.of(), new long[0]);
  }

  @Override
  public TypeSerializerSnapshot<LeafResults> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<LeafResults> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new LeafResultsSerializer());
    }
  }
}
