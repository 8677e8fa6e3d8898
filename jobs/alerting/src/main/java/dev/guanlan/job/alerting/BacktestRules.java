package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.rules.RuleException;
import dev.guanlan.rules.RuleFileException;
import dev.guanlan.rules.RuleFiles;
import dev.guanlan.rules.RuleGroup;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Holds the rules of one stage of a backtest as the text of their file, which goes to every task.
 *
 * @param yaml the file
 * @param namespace the groups'
 * @param tenant the groups'
 * @param lookbackMillis how far back an instant selector looks
 * @param stage which of the plan's stages is meant; -1 for all
 */
record BacktestRules(String yaml, String namespace, String tenant, long lookbackMillis, int stage)
    implements RuleTable {

  private static final long serialVersionUID = 1;

  BacktestPlan plan() throws RuleException, RuleFileException {
    return BacktestPlan.of(
        RuleFiles.parse(yaml, namespace).stream().map(group -> group.in(namespace)).toList(),
        lookbackMillis);
  }

  BacktestRules ofStage(int number) {
    return new BacktestRules(yaml, namespace, tenant, lookbackMillis, number);
  }

  @Override
  public void read(Consumer<RuleChange> groups) {
    try {
      List<List<RuleGroup>> stages = plan().stages();
      for (int i = 0; i < stages.size(); i++) {
        for (RuleGroup group : stage < 0 || stage == i ? stages.get(i) : List.<RuleGroup>of()) {
          groups.accept(
              new RuleChange(
                  RuleGroup.key(tenant, namespace, group.name()),
                  1,
                  RuleGroupRecords.toRecord(tenant, group, 1)));
        }
      }
    } catch (RuleException | RuleFileException e) {
      throw new IllegalStateException("the rules were read before the job began", e);
    }
  }

  /**
   * Brings the rules, and behind them all of event time: it must not go on before they are known,
   * and first only to where groups begin.
   */
  static final class Operator extends AbstractStreamOperator<RuleChange>
      implements OneInputStreamOperator<Long, RuleChange> {

    private static final long serialVersionUID = 1;

    private final BacktestRules rules;
    private final BacktestRange range;

    Operator(BacktestRules rules, BacktestRange range) {
      this.rules = rules;
      this.range = range;
    }

    @Override
    public void processElement(StreamRecord<Long> element) {
      rules.read(change -> output.collect(new StreamRecord<>(change)));
      output.emitWatermark(new Watermark(range.fromMillis() - 1));
      output.emitWatermark(new Watermark(range.toMillis()));
    }
  }
}
