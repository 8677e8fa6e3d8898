package dev.guanlan.job.alerting;

import org.apache.flink.streaming.api.operators.KeyedProcessOperator;

/**
 * Runs the evaluation of leaves, and has it write its shards to state right before each checkpoint
 * and savepoint, as {@link EvaluateRulesOperator} does with groups.
 */
final class EvaluateLeavesOperator extends KeyedProcessOperator<String, GroupInput, GroupInput> {

  private static final long serialVersionUID = 1;

  private final EvaluateLeaves function;

  EvaluateLeavesOperator(EvaluateLeaves function) {
    super(function);
    this.function = function;
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpoint) throws Exception {
    super.prepareSnapshotPreBarrier(checkpoint);
    function.write(this::setCurrentKey);
  }
}
