package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.job.common.JobEnvironment;
import java.util.List;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;

/** Pins what savepoints know the job's parts by. A change here is a break of every savepoint. */
class AlertingNamesTest {

  @Test
  void uidsNeverChange() {
    StreamExecutionEnvironment env =
        JobEnvironment.prepare(StreamExecutionEnvironment.createLocalEnvironment());
    AlertingJob.build(env, AlertingJob.options());
    List<String> uids =
        env.getStreamGraph().getStreamNodes().stream()
            .map(StreamNode::getTransformationUID)
            .distinct()
            .sorted()
            .toList();
    assertThat(uids)
        .contains(
            "read-metrics",
            "read-metrics-decoded",
            "read-recorded-metrics",
            "read-recorded-metrics-decoded",
            "delta-to-cumulative",
            "delta-to-cumulative-part",
            "read-rules",
            "read-history",
            "select-samples",
            "evaluate-rules",
            "read-plans",
            "evaluate-leaves")
        .allMatch(uid -> uid != null && !uid.isEmpty());
    assertThat(String.join(" ", uids))
        .contains(
            "write-alerts",
            "write-recorded-metrics",
            "write-rule-status",
            "write-plans",
            "notify-alertmanager",
            "dead-letters");
  }

  @Test
  void stateNamesNeverChange() {
    assertThat(AlertingTypes.GROUP.getName()).isEqualTo("group");
    assertThat(AlertingTypes.PROGRESS.getName()).isEqualTo("progress");
    assertThat(AlertingTypes.REFUSED.getName()).isEqualTo("refused");
    assertThat(AlertingTypes.MISSING_HISTORY.getName()).isEqualTo("missing-history");
    assertThat(AlertingTypes.MEMORIES.getName()).isEqualTo("memories");
    assertThat(AlertingTypes.SERIES.getName()).isEqualTo("series");
    assertThat(AlertingTypes.SEGMENTS.getName()).isEqualTo("segments");
    assertThat(AlertingTypes.WINDOWS.getName()).isEqualTo("windows");
    assertThat(AlertingTypes.GIVEN_UP.getName()).isEqualTo("given-up");
    assertThat(AlertingTypes.FIXED.getName()).isEqualTo("fixed");
    assertThat(AlertingTypes.LOOKS_AT_RECORDED.getName()).isEqualTo("looks-at-recorded");
    assertThat(AlertingTypes.LAGGED_UP_TO.getName()).isEqualTo("lagged-up-to");
    assertThat(AlertingTypes.REACHED.getName()).isEqualTo("reached");
    assertThat(AlertingTypes.FIXED_LACKS.getName()).isEqualTo("fixed-lacks");
    assertThat(AlertingTypes.FOR_STATES.getName()).isEqualTo("for-states");
    assertThat(AlertingTypes.FILLED_WINDOWS.getName()).isEqualTo("filled-windows");
    assertThat(AlertingTypes.CHANGES_UNDER_WAY.getName())
        .as("of Flink's operator that was there before")
        .isEqualTo("_async_wait_operator_state_");
    assertThat(AlertingTypes.NEWEST_SAMPLE.getName()).isEqualTo("newest-sample");
    assertThat(AlertingTypes.EVENT_TIME.getName()).isEqualTo("event-time");
    assertThat(AlertingTypes.PACED_TIME.getName()).isEqualTo("paced-time");
    assertThat(AlertingTypes.LAST_VERSIONS.getName()).isEqualTo("last-versions");
    assertThat(AlertingTypes.PLAN.getName()).isEqualTo("plan");
    assertThat(AlertingTypes.SHARDED.getName()).isEqualTo("sharded");
    assertThat(AlertingTypes.NEXT_GROUP.getName()).isEqualTo("next-group");
    assertThat(AlertingTypes.MARKS.getName()).isEqualTo("marks");
    assertThat(AlertingTypes.LEAF_RESULTS.getName()).isEqualTo("leaf-results");
    assertThat(AlertingTypes.STATUS_PARTS.getName()).isEqualTo("status-parts");
  }
}
