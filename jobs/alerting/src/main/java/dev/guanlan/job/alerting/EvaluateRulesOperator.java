package dev.guanlan.job.alerting;

import dev.guanlan.schema.AlertTransition;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;

/**
 * Runs the evaluation of rules, and has it write its groups to state right before each checkpoint
 * and savepoint: in between they live in memory, where a tick reads and writes no state.
 */
final class EvaluateRulesOperator
    extends KeyedCoProcessOperator<String, GroupInput, GroupUpdate, AlertTransition> {

  private static final long serialVersionUID = 1;

  private final EvaluateRules function;

  EvaluateRulesOperator(EvaluateRules function) {
    super(function);
    this.function = function;
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    function.pass(mark.getTimestamp(), getProcessingTimeService().getCurrentProcessingTime());
    super.processWatermark(mark);
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpoint) throws Exception {
    super.prepareSnapshotPreBarrier(checkpoint);
    function.begin(checkpoint);
    function.write(this::setCurrentKey);
  }
}
