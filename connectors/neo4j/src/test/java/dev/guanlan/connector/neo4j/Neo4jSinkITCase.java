package dev.guanlan.connector.neo4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.model.Labels;
import dev.guanlan.testing.Neo4jExtension;
import dev.guanlan.topology.Change;
import dev.guanlan.topology.Entity;
import dev.guanlan.topology.EntityType;
import dev.guanlan.topology.Relation;
import dev.guanlan.topology.RelationType;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("The Neo4j sink")
@Timeout(600)
class Neo4jSinkITCase {

  private static final int SERVICES = 2_000;

  @RegisterExtension static final Neo4jExtension NEO4J = new Neo4jExtension();

  /** Starts a job, which may not restart, that writes a chain of services that call each other. */
  private static JobClient start(String tenant, Neo4jSinkBuilder sink) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
    env.enableCheckpointing(500);
    env.fromSequence(0, 2L * SERVICES - 1)
        .map(number -> change(tenant, number), Types.GENERIC(Change.class))
        .keyBy(Change::key)
        .sinkTo(sink.build());
    return env.executeAsync(tenant);
  }

  private static Change change(String tenant, long number) {
    String service = "service:s" + number % SERVICES;
    return number < SERVICES
        ? Relation.of(
            tenant,
            RelationType.CALLS,
            service,
            "service:s" + (number + 1) % SERVICES,
            Labels.EMPTY,
            7)
        : new Entity(
            tenant, EntityType.SERVICE, service, "s" + number % SERVICES, Labels.EMPTY, 7, false);
  }

  private static void assertAllIsWritten(String tenant) {
    try (TestingGraph graph = new TestingGraph(NEO4J)) {
      assertThat(
              graph.number(
                  "MATCH (e:Service {tenant: $tenant, version: 7}) RETURN count(e)",
                  Map.of("tenant", tenant)))
          .isEqualTo(SERVICES);
      assertThat(
              graph.number(
                  "MATCH (:Entity {tenant: $tenant})-[r:CALLS]->() RETURN count(r)",
                  Map.of("tenant", tenant)))
          .isEqualTo(SERVICES);
    }
  }

  @Test
  @DisplayName("writes everything before its input ends, two tasks beside each other")
  void wholeInput() throws Exception {
    start("whole", Neo4jSink.builder().setUri(NEO4J.boltUri()).setBatchSize(300))
        .getJobExecutionResult()
        .get();

    assertAllIsWritten("whole");
  }

  @Test
  @DisplayName("waits for a server that is away, and loses nothing")
  void serverAway() throws Exception {
    NEO4J.kill();
    JobClient job =
        start(
            "away",
            Neo4jSink.builder()
                .setUri(NEO4J.boltUri())
                .setBatchSize(300)
                .setRetryTime(Duration.ofMinutes(5)));
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> job.getJobStatus().get() == JobStatus.RUNNING);
    NEO4J.start();
    job.getJobExecutionResult().get();

    assertAllIsWritten("away");
  }

  @Test
  @DisplayName("gives up after the retry time, and says what to do")
  void givesUp() throws Exception {
    JobClient job =
        start(
            "never",
            Neo4jSink.builder().setUri("bolt://127.0.0.1:1").setRetryTime(Duration.ofMillis(200)));

    assertThatThrownBy(() -> job.getJobExecutionResult().get())
        .hasStackTraceContaining("were not written to Neo4j at bolt://127.0.0.1:1")
        .hasStackTraceContaining("check that it is up");
  }
}
