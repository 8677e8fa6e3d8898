package dev.guanlan.job.common;

import dev.guanlan.schema.DeadLetter;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.CompositeTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes what a raw record became. The source and what parts them are chained: rarely used. */
final class DecodedSerializer<B> extends VersionedSerializer<Decoded<B>> {

  private static final int BLOCK = 0;
  private static final int DEAD_LETTER = 1;

  /** Since version 2. */
  private static final int BOTH = 2;

  private final TypeSerializer<B> blocks;
  private final TypeSerializer<DeadLetter> deadLetters;

  DecodedSerializer(TypeSerializer<B> blocks, TypeSerializer<DeadLetter> deadLetters) {
    super(2);
    this.blocks = blocks;
    this.deadLetters = deadLetters;
  }

  @Override
  protected void write(Decoded<B> decoded, DataOutputView out) throws IOException {
    B block = decoded.block();
    DeadLetter letter = decoded.deadLetter();
    if (block != null) {
      out.writeByte(letter == null ? BLOCK : BOTH);
      out.writeLong(decoded.timestampMillis());
      blocks.serialize(block, out);
      if (letter != null) {
        deadLetters.serialize(letter, out);
      }
    } else if (letter != null) {
      out.writeByte(DEAD_LETTER);
      deadLetters.serialize(letter, out);
    } else {
      throw new IOException("a decoded record is neither a block nor a dead letter");
    }
  }

  @Override
  protected Decoded<B> read(int version, DataInputView in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case BLOCK -> {
        long timestampMillis = in.readLong();
        yield Decoded.of(blocks.deserialize(in), timestampMillis);
      }
      case BOTH -> {
        long timestampMillis = in.readLong();
        B block = blocks.deserialize(in);
        yield Decoded.part(block, deadLetters.deserialize(in), timestampMillis);
      }
      case DEAD_LETTER -> Decoded.dead(deadLetters.deserialize(in));
      default -> throw new IOException("a decoded record has the unknown kind " + kind);
    };
  }

  @Override
  public Decoded<B> createInstance() {
    return Decoded.of(blocks.createInstance(), Long.MIN_VALUE);
  }

  @Override
  public TypeSerializer<Decoded<B>> duplicate() {
    return new DecodedSerializer<>(blocks.duplicate(), deadLetters.duplicate());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DecodedSerializer<?> that && blocks.equals(that.blocks);
  }

  @Override
  public int hashCode() {
    return 31 * DecodedSerializer.class.hashCode() + blocks.hashCode();
  }

  @Override
  public TypeSerializerSnapshot<Decoded<B>> snapshotConfiguration() {
    return new Snapshot<>(this);
  }

  /**
   * Says what was written, with the snapshots of both sides.
   *
   * @param <B> what raw records decode to
   */
  public static final class Snapshot<B>
      extends CompositeTypeSerializerSnapshot<Decoded<B>, DecodedSerializer<B>> {

    /** Makes a snapshot that is still to be read. */
    public Snapshot() {}

    private Snapshot(DecodedSerializer<B> serializer) {
      super(serializer);
    }

    @Override
    protected int getCurrentOuterSnapshotVersion() {
      return 1;
    }

    @Override
    protected TypeSerializer<?>[] getNestedSerializers(DecodedSerializer<B> outer) {
      return new TypeSerializer<?>[] {outer.blocks, outer.deadLetters};
    }

    @Override
    @SuppressWarnings("unchecked") // As getNestedSerializers gave them.
    protected DecodedSerializer<B> createOuterSerializerWithNestedSerializers(
        TypeSerializer<?>[] nested) {
      return new DecodedSerializer<>(
          (TypeSerializer<B>) nested[0], (TypeSerializer<DeadLetter>) nested[1]);
    }
  }
}
