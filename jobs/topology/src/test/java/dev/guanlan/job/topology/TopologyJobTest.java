package dev.guanlan.job.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.job.common.JobEnvironment;
import java.util.List;
import java.util.TreeSet;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The topology job")
class TopologyJobTest {

  @Test
  @DisplayName("has the uids that its savepoints know")
  void uids() {
    StreamExecutionEnvironment env =
        JobEnvironment.prepare(StreamExecutionEnvironment.createLocalEnvironment(2));
    TopologyJob.build(env, TopologyJob.options());

    List<String> uids =
        env.getStreamGraph(false).getStreamNodes().stream()
            .map(StreamNode::getTransformationUID)
            .filter(uid -> uid != null)
            .toList();

    assertThat(new TreeSet<>(uids))
        .contains(
            "read-metric-resources",
            "read-metric-resources-decoded",
            "read-logs",
            "read-logs-decoded",
            "read-spans",
            "read-spans-decoded",
            "extract-metric-entities",
            "extract-log-entities",
            "extract-span-entities",
            "extract-call-sides",
            "pair-spans",
            "call-windows",
            "version-changes");
    assertThat(uids).anyMatch(uid -> uid.contains("neo4j"));
    assertThat(uids).anyMatch(uid -> uid.contains("topology-topic"));
    assertThat(TopologyUids.OPEN_CALL_STATE).isEqualTo("open-call");
    assertThat(TopologyUids.OPEN_WINDOWS_STATE).isEqualTo("open-windows");
    assertThat(TopologyUids.TRACKED_CHANGE_STATE).isEqualTo("tracked-change");
  }

  @Test
  @DisplayName("refuses times that contradict each other")
  void times() {
    assertThatThrownBy(() -> TopologyJob.options("--topology.expire", "1 min"))
        .hasMessageContaining("topology.expire")
        .hasMessageContaining("topology.refresh (300000 ms)");
    assertThatThrownBy(() -> TopologyJob.options("--neo4j.url", "x"))
        .hasMessageContaining("--neo4j.uri");
  }
}
