package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.promql.engine.StaleMarker;
import dev.guanlan.rules.Notification;
import dev.guanlan.rules.RecordedSample;
import dev.guanlan.rules.TickOutcome;
import dev.guanlan.rules.Transition;
import dev.guanlan.schema.AlertTransition;
import dev.guanlan.schema.RuleGroup;
import dev.guanlan.schema.RuleGroupStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/** Sends what a group produced, each kind on its way. */
final class Emission {

  private final KeyedCoProcessFunction<String, GroupInput, GroupUpdate, AlertTransition>.Context
      context;
  private final Collector<AlertTransition> out;
  private final RuleGroup group;

  Emission(
      KeyedCoProcessFunction<String, GroupInput, GroupUpdate, AlertTransition>.Context context,
      Collector<AlertTransition> out,
      RuleGroup group) {
    this.context = context;
    this.out = out;
    this.group = group;
  }

  /**
   * Sends what came of a tick.
   *
   * @param newestSampleMillis the time of the newest sample; it is looked for if an alert moved
   */
  void outcome(TickOutcome outcome, LongSupplier newestSampleMillis) {
    if (!outcome.transitions().isEmpty()) {
      transitions(outcome.transitions(), newestSampleMillis.getAsLong());
    }
    notifications(outcome.notifications());
    recorded(outcome.recorded());
  }

  void transitions(List<Transition> transitions, long newestSampleMillis) {
    for (Transition transition : transitions) {
      out.collect(Transitions.of(group, transition, newestSampleMillis));
    }
  }

  private void notifications(List<Notification> notifications) {
    for (Notification notification : notifications) {
      context.output(AlertingTypes.NOTIFICATIONS, notification);
    }
  }

  void recorded(List<RecordedSample> samples) {
    for (SampleBlock block : RecordedBlocks.of(group.getTenant(), samples)) {
      context.output(AlertingTypes.RECORDED, new GroupSamples(context.getCurrentKey(), block));
    }
  }

  void status(List<RuleGroupStatus> records) {
    for (RuleGroupStatus record : records) {
      context.output(AlertingTypes.RULE_STATUS, record);
    }
  }

  /** Marks series as ended. */
  void end(List<Labels> series, List<Labels> more, long timestampMillis) {
    List<RecordedSample> markers = new ArrayList<>();
    for (List<Labels> ended : List.of(series, more)) {
      for (Labels labels : ended) {
        markers.add(
            new RecordedSample(
                labels, timestampMillis - group.getQueryOffsetMillis(), StaleMarker.VALUE));
      }
    }
    recorded(markers);
  }
}
