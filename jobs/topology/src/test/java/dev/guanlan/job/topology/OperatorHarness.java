package dev.guanlan.job.topology;

import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/** Runs one subtask of a keyed function without a cluster. */
final class OperatorHarness<I, O> {

  static final int MAX_PARALLELISM = 128;

  private final KeyedOneInputStreamOperatorTestHarness<String, I, O> harness;

  private OperatorHarness(KeyedOneInputStreamOperatorTestHarness<String, I, O> harness) {
    this.harness = harness;
  }

  /** Opens subtask {@code index} of {@code parallelism} with what {@code state} has for it. */
  static <I, O> OperatorHarness<I, O> open(
      KeyedProcessFunction<String, I, O> function,
      KeySelector<I, String> key,
      TypeInformation<O> outputs,
      int parallelism,
      int index,
      OperatorSubtaskState... state)
      throws Exception {
    KeyedOneInputStreamOperatorTestHarness<String, I, O> harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(function),
            key,
            Types.STRING,
            MAX_PARALLELISM,
            parallelism,
            index);
    harness.setup(outputs.createSerializer(new SerializerConfigImpl()));
    if (state.length > 0) {
      harness.initializeState(
          AbstractStreamOperatorTestHarness.repartitionOperatorState(
              AbstractStreamOperatorTestHarness.repackageState(state),
              MAX_PARALLELISM,
              state.length,
              parallelism,
              index));
    }
    harness.open();
    return new OperatorHarness<>(harness);
  }

  void process(I element, long timestamp) throws Exception {
    harness.processElement(element, timestamp);
  }

  void watermark(long timestamp) throws Exception {
    harness.processWatermark(timestamp);
  }

  /** Returns what came out since the last call. */
  List<O> take() {
    List<O> values = List.copyOf(harness.extractOutputValues());
    harness.getOutput().clear();
    return values;
  }

  OperatorSubtaskState snapshot() throws Exception {
    return harness.snapshot(1, 1);
  }

  /** Returns how many keys have state, and how many timers wait. */
  int leftovers() {
    return harness.numKeyedStateEntries() + harness.numEventTimeTimers();
  }

  void close() throws Exception {
    harness.close();
  }
}
