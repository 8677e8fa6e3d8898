package dev.guanlan.job.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.job.common.JobEnvironment;
import dev.guanlan.job.common.JobOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The ingest job")
final class IngestTopologyTest {

  @Test
  @DisplayName("keeps the uids that savepoints know")
  void uids() {
    StreamGraph graph = graph();
    assertThat(
            graph.getStreamNodes().stream()
                .map(StreamNode::getTransformationUID)
                .filter(Objects::nonNull)
                .sorted())
        .containsExactly(
            "Sink Committer: dead-letters",
            "Sink Committer: store-flows",
            "Sink Committer: store-logs",
            "Sink Committer: store-samples",
            "Sink Committer: store-spans",
            "Sink Committer: store-totals",
            "dead-letters",
            "delta-to-cumulative",
            "delta-to-cumulative-part",
            "enrich-logs",
            "enrich-samples",
            "enrich-spans",
            "enrich-totals",
            "read-flows",
            "read-flows-decoded",
            "read-logs",
            "read-logs-decoded",
            "read-metrics",
            "read-metrics-decoded",
            "read-spans",
            "read-spans-decoded",
            "store-flows",
            "store-logs",
            "store-samples",
            "store-spans",
            "store-totals");
    assertThat(graph.getStreamNodes()).as("nothing is without a uid").hasSize(26);
  }

  @ParameterizedTest
  @ValueSource(strings = {"samples and series", "logs", "spans", "flows"})
  @DisplayName("reads, decodes and writes in one task, whose committer is in it too")
  void oneTask(String stored) {
    List<String> tasks = new ArrayList<>();
    for (JobVertex task : graph().getJobGraph().getVertices()) {
      if (task.getName().contains("store " + stored)) {
        tasks.add(task.getName());
      }
    }
    assertThat(tasks)
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith("Source: read")
        .contains("store " + stored + ": Writer", "store " + stored + ": Committer");
  }

  private static StreamGraph graph() {
    StreamExecutionEnvironment env =
        JobEnvironment.prepare(StreamExecutionEnvironment.createLocalEnvironment());
    JobOptions options = JobOptions.parse(IngestNames.JOB, new String[0], IngestOptions.all());
    IngestJob.build(env, options, IngestOptions.of(options));
    return env.getStreamGraph();
  }
}
