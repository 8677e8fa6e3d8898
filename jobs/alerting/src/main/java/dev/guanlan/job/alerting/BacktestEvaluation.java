package dev.guanlan.job.alerting;

import dev.guanlan.schema.AlertTransition;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;

/**
 * Runs the evaluation of rules where there are no checkpoints: what groups would write before each
 * is written behind each slice of time, which also lets go of what no window needs any more.
 */
final class BacktestEvaluation
    extends KeyedCoProcessOperator<String, GroupInput, GroupUpdate, AlertTransition> {

  private static final long serialVersionUID = 1;

  private final EvaluateRules function;

  BacktestEvaluation(EvaluateRules function) {
    super(function);
    this.function = function;
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    super.processWatermark(mark);
    function.write(this::setCurrentKey);
  }
}
