package dev.guanlan.connector.clickhouse;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Fails checkpoints while it is told to: state is written beside the task, where a failure ends the
 * checkpoint and not the task, after sinks have handed their blocks over.
 */
public final class FailingSerializer extends TypeSerializerSingleton<Long> {

  static final AtomicBoolean FAILS = new AtomicBoolean();

  /** How many checkpoints failed. */
  static final AtomicInteger FAILED = new AtomicInteger();

  static final FailingSerializer INSTANCE = new FailingSerializer();

  private static final long serialVersionUID = 1L;

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public Long createInstance() {
    return 0L;
  }

  @Override
  public Long copy(Long from) {
    return from;
  }

  @Override
  public Long copy(Long from, Long reuse) {
    return from;
  }

  @Override
  public int getLength() {
    return Long.BYTES;
  }

  @Override
  public void serialize(Long number, DataOutputView target) throws IOException {
    if (FAILS.get()) {
      FAILED.incrementAndGet();
      throw new IOException("the checkpoint fails on purpose");
    }
    target.writeLong(number);
  }

  @Override
  public Long deserialize(DataInputView source) throws IOException {
    return source.readLong();
  }

  @Override
  public Long deserialize(Long reuse, DataInputView source) throws IOException {
    return source.readLong();
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    LongSerializer.INSTANCE.copy(source, target);
  }

  @Override
  public TypeSerializerSnapshot<Long> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Is how Flink finds the serializer again. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Long> {

    /** Makes the snapshot. */
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
