package dev.guanlan.job.alerting;

import dev.guanlan.model.SampleBlock;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.jspecify.annotations.Nullable;

/** Fails once, after a fifth of the blocks and a checkpoint. */
final class FailOnce
    implements MapFunction<SampleBlock, SampleBlock>, CheckpointedFunction, CheckpointListener {

  private static final long serialVersionUID = 1;

  private static final long PACE_MILLIS = 20;

  /** On a slow machine the tasks behind take that long to start. */
  private static final long PATIENCE_MILLIS = 500;

  /** How often it has failed. */
  static final AtomicInteger FAILURES = new AtomicInteger();

  private final int blocks;
  private transient @Nullable ListState<Integer> state;
  private int seen;
  private boolean checkpointed;

  FailOnce(int blocks) {
    this.blocks = blocks;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    ListState<Integer> restored =
        context.getOperatorStateStore().getListState(new ListStateDescriptor<>("seen", Types.INT));
    for (int known : restored.get()) {
      seen = known;
    }
    state = restored;
  }

  @Override
  public SampleBlock map(SampleBlock block) throws Exception {
    seen++;
    if (FAILURES.get() == 0 && !checkpointed) {
      // Else all blocks are through before the first checkpoint is complete.
      Thread.sleep(seen > blocks / 5 ? PATIENCE_MILLIS : PACE_MILLIS);
    }
    if (FAILURES.get() == 0 && checkpointed && seen > blocks / 5) {
      FAILURES.incrementAndGet();
      throw new IOException("this test fails here, to go on from a checkpoint");
    }
    return block;
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    Objects.requireNonNull(state).update(List.of(seen));
  }

  @Override
  public void notifyCheckpointComplete(long checkpoint) {
    checkpointed = true;
  }
}
