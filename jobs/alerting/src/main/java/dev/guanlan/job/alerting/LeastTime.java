package dev.guanlan.job.alerting;

import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.FunctionInitializationContext;

/**
 * Keeps in state how far a task has come. What it restores is the least of what all tasks had: what
 * comes to it may have been with the one that was the farthest behind.
 */
final class LeastTime {

  private final ListState<Long> state;
  private final long restoredMillis;

  /** Restores what state has, in whatever parallelism it was written. */
  LeastTime(FunctionInitializationContext context, ListStateDescriptor<Long> of) throws Exception {
    state = context.getOperatorStateStore().getUnionListState(of);
    long least = Long.MIN_VALUE;
    for (long millis : state.get()) {
      least = least == Long.MIN_VALUE ? millis : Math.min(least, millis);
    }
    restoredMillis = least;
  }

  /** Returns what was restored; the least number if there was nothing. */
  long restoredMillis() {
    return restoredMillis;
  }

  /** Has state hold a time; nothing if it is the least number. */
  void write(long millis) throws Exception {
    state.update(millis == Long.MIN_VALUE ? List.of() : List.of(millis));
  }
}
