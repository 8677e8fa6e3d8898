package dev.guanlan.job.common.enrich;

import dev.guanlan.job.common.BlockTypes;
import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.topology.Place;
import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes placed blocks: the block in its own versioned format, and the places as runs, because the
 * series of one block mostly belong to one place.
 */
abstract class PlacedSerializer<B> extends VersionedSerializer<Placed<B>> {

  private final TypeSerializer<B> blocks;

  PlacedSerializer(TypeSerializer<B> blocks) {
    super(1);
    this.blocks = blocks;
  }

  @Override
  protected final void write(Placed<B> placed, DataOutputView out) throws IOException {
    blocks.serialize(placed.block(), out);
    Place[] places = placed.places();
    out.writeInt(places.length);
    for (int from = 0; from < places.length; ) {
      int end = from + 1;
      while (end < places.length && places[end].equals(places[from])) {
        end++;
      }
      out.writeInt(end - from);
      write(places[from], out);
      from = end;
    }
  }

  @Override
  protected final Placed<B> read(int version, DataInputView in) throws IOException {
    B block = blocks.deserialize(in);
    Place[] places = new Place[in.readInt()];
    for (int from = 0; from < places.length; ) {
      int end = from + in.readInt();
      if (end <= from || end > places.length) {
        throw new IOException("a placed block holds a run of places that is longer than the block");
      }
      Place place = readPlace(in);
      while (from < end) {
        places[from++] = place;
      }
    }
    return new Placed<>(block, places);
  }

  private static void write(Place place, DataOutputView out) throws IOException {
    StringSerializer text = StringSerializer.INSTANCE;
    text.serialize(place.cluster(), out);
    text.serialize(place.namespace(), out);
    text.serialize(place.workload(), out);
    text.serialize(place.node(), out);
    text.serialize(place.service(), out);
    text.serialize(place.owner(), out);
  }

  private static Place readPlace(DataInputView in) throws IOException {
    StringSerializer text = StringSerializer.INSTANCE;
    return new Place(
        text.deserialize(in),
        text.deserialize(in),
        text.deserialize(in),
        text.deserialize(in),
        text.deserialize(in),
        text.deserialize(in));
  }

  @Override
  public final Placed<B> createInstance() {
    return new Placed<>(blocks.createInstance(), new Place[0]);
  }

  /** Writes placed blocks of samples. */
  static final class OfSamples extends PlacedSerializer<SampleBlock> {
    OfSamples(TypeSerializer<SampleBlock> blocks) {
      super(blocks);
    }

    @Override
    public TypeSerializerSnapshot<Placed<SampleBlock>> snapshotConfiguration() {
      return new SamplesSnapshot();
    }
  }

  /** Writes placed blocks of log entries. */
  static final class OfLogs extends PlacedSerializer<LogBlock> {
    OfLogs(TypeSerializer<LogBlock> blocks) {
      super(blocks);
    }

    @Override
    public TypeSerializerSnapshot<Placed<LogBlock>> snapshotConfiguration() {
      return new LogsSnapshot();
    }
  }

  /** Writes placed blocks of spans. */
  static final class OfSpans extends PlacedSerializer<SpanBlock> {
    OfSpans(TypeSerializer<SpanBlock> blocks) {
      super(blocks);
    }

    @Override
    public TypeSerializerSnapshot<Placed<SpanBlock>> snapshotConfiguration() {
      return new SpansSnapshot();
    }
  }

  /** Says which version was written. */
  public static final class SamplesSnapshot extends VersionedSnapshot<Placed<SampleBlock>> {
    /** Makes the snapshot of today's format. */
    public SamplesSnapshot() {
      super(new OfSamples(BlockTypes.SAMPLES.createSerializer(new SerializerConfigImpl())));
    }
  }

  /** Says which version was written. */
  public static final class LogsSnapshot extends VersionedSnapshot<Placed<LogBlock>> {
    /** Makes the snapshot of today's format. */
    public LogsSnapshot() {
      super(new OfLogs(BlockTypes.LOGS.createSerializer(new SerializerConfigImpl())));
    }
  }

  /** Says which version was written. */
  public static final class SpansSnapshot extends VersionedSnapshot<Placed<SpanBlock>> {
    /** Makes the snapshot of today's format. */
    public SpansSnapshot() {
      super(new OfSpans(BlockTypes.SPANS.createSerializer(new SerializerConfigImpl())));
    }
  }
}
