package dev.guanlan.job.common;

import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes blocks of samples column by column; values keep their very bits.
 *
 * <p>Version 1 had numbers alone. Version 2 puts what most blocks do not have behind them, see
 * {@link SampleExtrasFormat}; a block of numbers takes one byte more.
 */
final class SampleBlockSerializer extends VersionedSerializer<SampleBlock> {

  private static final int WITH_EXTRAS = 2;

  SampleBlockSerializer() {
    super(WITH_EXTRAS);
  }

  @Override
  protected void write(SampleBlock block, DataOutputView out) throws IOException {
    BlockWriter writer = new BlockWriter(out);
    writer.text(block.tenant());
    writer.origin(block.origin());
    int series = block.seriesCount();
    int samples = block.sampleCount();
    writer.count(series);
    writer.count(samples);
    long[] ids = new long[2 * series];
    for (int s = 0; s < series; s++) {
      writer.labels(block.labels(s));
      writer.count(block.endSample(s) - block.firstSample(s));
      ids[2 * s] = block.idHigh(s);
      ids[2 * s + 1] = block.idLow(s);
    }
    writer.longs(ids, ids.length);
    long[] column = new long[samples];
    for (int i = 0; i < samples; i++) {
      column[i] = block.timestamp(i);
    }
    writer.longs(column, samples);
    for (int i = 0; i < samples; i++) {
      column[i] = Double.doubleToRawLongBits(block.value(i));
    }
    writer.longs(column, samples);
    SampleExtrasFormat.write(block, writer);
  }

  @Override
  protected SampleBlock read(int version, DataInputView in) throws IOException {
    BlockReader reader = new BlockReader(in);
    String tenant = reader.text();
    Origin origin = reader.origin();
    int series = reader.count();
    int samples = reader.count();
    Labels[] labels = new Labels[series];
    int[] firstSample = new int[series + 1];
    for (int s = 0; s < series; s++) {
      labels[s] = reader.labels();
      firstSample[s + 1] = firstSample[s] + reader.count();
    }
    long[] ids = reader.longs(2 * series);
    long[] timestamps = reader.longs(samples);
    long[] valueBits = reader.longs(samples);
    double[] values = new double[samples];
    for (int i = 0; i < samples; i++) {
      values[i] = Double.longBitsToDouble(valueBits[i]);
    }
    SampleBlock.Extras extras =
        version < WITH_EXTRAS
            ? SampleBlock.Extras.NONE
            : SampleExtrasFormat.read(reader, series, samples);
    return new SampleBlock(tenant, origin, labels, ids, firstSample, timestamps, values, extras);
  }

  @Override
  public SampleBlock createInstance() {
    return SampleBlock.builder("", Origin.NONE).build();
  }

  @Override
  public TypeSerializerSnapshot<SampleBlock> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<SampleBlock> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new SampleBlockSerializer());
    }
  }
}
