package dev.guanlan.connector.neo4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.model.Labels;
import dev.guanlan.topology.CallStatistics;
import dev.guanlan.topology.Entity;
import dev.guanlan.topology.EntityType;
import dev.guanlan.topology.Relation;
import dev.guanlan.topology.RelationType;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CypherTest {

  @Test
  void typesBecomeLabelsThatNeedNoEscape() {
    assertThat(Cypher.label(EntityType.POD)).isEqualTo("K8sPod");
    assertThat(Cypher.label(EntityType.SERVICE_INSTANCE)).isEqualTo("ServiceInstance");
    assertThat(Cypher.label("a`) DETACH DELETE (n")).isEqualTo("ADETACHDELETEN");
    assertThat(Cypher.label("")).isEqualTo("Untyped");
    assertThat(Cypher.relationType(RelationType.RUNS_ON)).isEqualTo("RUNS_ON");
    assertThat(Cypher.relationType("`]-()")).isEqualTo("_");
  }

  @Test
  void attributesAreKeptAsTheyAreExceptWhereTheyWouldHideOurs() {
    Entity entity =
        new Entity(
            "acme",
            EntityType.HOST,
            "host:h1",
            "h1",
            Labels.of("host.name", "h1", "version", "9"),
            5,
            false);

    assertThat(Rows.of(entity).get("properties"))
        .isEqualTo(
            Map.of(
                "tenant", "acme",
                "id", "host:h1",
                "type", "host",
                "name", "h1",
                "version", 5L,
                "last_seen", 5L,
                "host.name", "h1",
                "attribute.version", "9"));
  }

  @Test
  void statisticsOfCallsBecomeNumbers() {
    Relation calls =
        Relation.of(
            "acme",
            RelationType.CALLS,
            "service:a",
            "service:b",
            new CallStatistics(3, 1, 7.5, 4).attributes(10_000),
            5);

    assertThat(Rows.of(calls))
        .extracting("properties")
        .isEqualTo(
            Map.of(
                "tenant", "acme",
                "id", "calls:service:a|service:b",
                "version", 5L,
                "last_seen", 5L,
                "count", 3L,
                "errors", 1L,
                "duration_sum_ms", 7.5,
                "duration_max_ms", 4.0,
                "window_ms", 10_000L));
  }

  @Test
  void theBuilderRefusesWhatCannotWork() {
    assertThatThrownBy(() -> Neo4jSink.builder().setUri("http://x"))
        .hasMessageContaining("bolt://");
    assertThatThrownBy(() -> Neo4jSink.builder().build()).hasMessageContaining("setUri");
    assertThatThrownBy(() -> Neo4jSink.builder().setBatchSize(0)).hasMessageContaining("1 or more");
  }
}
