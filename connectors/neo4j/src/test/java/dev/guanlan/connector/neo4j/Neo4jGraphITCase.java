package dev.guanlan.connector.neo4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.testing.Neo4jExtension;
import dev.guanlan.topology.Change;
import dev.guanlan.topology.Entity;
import dev.guanlan.topology.EntityType;
import dev.guanlan.topology.Identity;
import dev.guanlan.topology.Relation;
import dev.guanlan.topology.RelationType;
import dev.guanlan.topology.ResourceEntities;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class Neo4jGraphITCase {

  @RegisterExtension static final Neo4jExtension NEO4J = new Neo4jExtension();

  private static Neo4jGraph graph;
  private static TestingGraph seen;

  @BeforeAll
  static void connect() {
    graph = connected();
    graph.createSchema();
    graph.createSchema();
    seen = new TestingGraph(NEO4J);
  }

  @AfterAll
  static void disconnect() {
    graph.close();
    seen.close();
  }

  private static Neo4jGraph connected() {
    return new Neo4jGraph(
        new Neo4jSettings(
            NEO4J.boltUri(),
            null,
            null,
            100,
            Duration.ofMillis(50),
            Duration.ofSeconds(60),
            Duration.ofDays(1)));
  }

  private static void write(Change... changes) {
    graph.write(List.of(changes));
  }

  private static Entity service(String tenant, String name, long version) {
    return new Entity(
        tenant,
        EntityType.SERVICE,
        Identity.entity(EntityType.SERVICE, name),
        name,
        Labels.of("service.name", name),
        version,
        false);
  }

  private static Relation calls(String tenant, String from, String to, long version) {
    return Relation.of(
        tenant,
        RelationType.CALLS,
        "service:" + from,
        "service:" + to,
        Labels.of("count", Long.toString(version)),
        version);
  }

  @Test
  void entitiesCarryTheirTypeAsLabelAndWhenTheyWereFirstAndLastSeen() {
    write(service("labels", "a", 100));
    write(service("labels", "a", 300));
    write(service("labels", "a", 200));

    assertThat(seen.of("labels"))
        .isEqualTo(
            Map.of(
                "service:a",
                Map.of(
                    "labels", List.of("Entity", "Service"),
                    "id", "service:a",
                    "type", "service",
                    "name", "a",
                    "version", 300L,
                    "last_seen", 300L,
                    "service.name", "a")));
    assertThat(
            seen.number(
                "MATCH (e:Entity {tenant: $tenant}) RETURN e.first_seen",
                Map.of("tenant", "labels")))
        .isEqualTo(100);
  }

  @Test
  void aRelationWaitsForNoEntity() {
    write(calls("ends", "a", "b", 10));

    assertThat(seen.of("ends"))
        .containsEntry(
            "service:a", Map.of("labels", List.of("Entity", "Service"), "id", "service:a"))
        .containsEntry(
            "calls:service:a|service:b",
            Map.of(
                "labels", List.of("CALLS"),
                "id", "calls:service:a|service:b",
                "version", 10L,
                "last_seen", 10L,
                "count", 10L));

    write(calls("ends", "a", "b", 10).tombstone(11));

    assertThat(seen.of("ends")).isEmpty();
  }

  @Test
  void whatIsGoneStaysGoneUntilItIsSeenAgain() {
    write(service("gone", "a", 10), service("gone", "b", 10), calls("gone", "a", "b", 10));
    write(service("gone", "a", 0).tombstone(20));
    write(service("gone", "a", 15), calls("gone", "a", "b", 15));

    assertThat(seen.of("gone").keySet()).containsExactly("service:b");

    write(service("gone", "a", 30), calls("gone", "a", "b", 30));

    assertThat(seen.of("gone").keySet())
        .containsExactly("calls:service:a|service:b", "service:a", "service:b");
  }

  @Test
  void anyOrderAndAnyRepetitionOfTheSameChangesGivesTheSameGraph() {
    List<Change> changes = history();
    apply("order-0", changes, new Random(0), 1000);
    Map<String, Object> expected = seen.of("order-0");
    assertThat(expected).hasSizeGreaterThan(10);

    for (int round = 1; round <= 3; round++) {
      Random random = new Random(round);
      List<Change> mixed = new ArrayList<>(changes);
      mixed.addAll(changes.subList(0, changes.size() / 2));
      Collections.shuffle(mixed, random);
      apply("order-" + round, mixed, random, 5 + random.nextInt(60));
      Map<String, Object> found = seen.of("order-" + round);
      assertThat(found.keySet()).as("round %d", round).isEqualTo(expected.keySet());
      assertThat(found).as("round %d", round).isEqualTo(expected);
    }
  }

  /** Makes pods that come, move and go, and services that call each other; all times differ. */
  private static List<Change> history() {
    Random random = new Random(42);
    Map<String, Change> byKeyAndVersion = new LinkedHashMap<>();
    for (int step = 1; step <= 25; step++) {
      long version = step;
      List<Change> changes = new ArrayList<>();
      ResourceEntities.extract(
          "t",
          Labels.of(
              "k8s.cluster.name", "prod",
              "k8s.namespace.name", "shop",
              "k8s.deployment.name", "d" + random.nextInt(2),
              "k8s.pod.uid", "p" + random.nextInt(4),
              "k8s.node.name", "n" + random.nextInt(3),
              "service.name", "s" + random.nextInt(3)),
          version,
          changes::add);
      changes.add(calls("t", "s" + random.nextInt(3), "s" + random.nextInt(3), version));
      if (step % 3 == 0) {
        changes.replaceAll(change -> random.nextInt(3) == 0 ? change.tombstone(version) : change);
      }
      changes.forEach(change -> byKeyAndVersion.put(change.key() + "@" + version, change));
    }
    return new ArrayList<>(byKeyAndVersion.values());
  }

  private static void apply(String tenant, List<Change> changes, Random random, int batchSize) {
    WaitingChanges waiting = new WaitingChanges();
    for (Change change : changes) {
      waiting.add(ofTenant(tenant, change));
      if (waiting.size() >= batchSize || random.nextInt(50) == 0) {
        graph.write(waiting.take(batchSize));
      }
    }
    while (!waiting.isEmpty()) {
      graph.write(waiting.take(batchSize));
    }
  }

  private static Change ofTenant(String tenant, Change change) {
    if (change instanceof Entity e) {
      return new Entity(
          tenant, e.type(), e.id(), e.name(), e.attributes(), e.version(), e.deleted());
    }
    Relation r = (Relation) change;
    return new Relation(
        tenant, r.type(), r.id(), r.from(), r.to(), r.attributes(), r.version(), r.deleted());
  }

  @Test
  void twoWritersOfOneNodesRelationsBothSucceed() {
    List<CompletableFuture<Void>> writers = new ArrayList<>();
    for (int writer = 0; writer < 2; writer++) {
      int own = writer;
      writers.add(
          CompletableFuture.runAsync(
              () -> {
                try (Neo4jGraph mine = connected()) {
                  for (int round = 0; round < 20; round++) {
                    List<Change> batch = new ArrayList<>();
                    for (int i = 0; i < 20; i++) {
                      batch.add(calls("lock", "w" + own + "-" + i, "hub" + i % 3, 1 + round));
                      batch.add(calls("lock", "hub" + i % 3, "w" + own + "-" + i, 1 + round));
                    }
                    mine.write(batch);
                  }
                }
              }));
    }
    writers.forEach(CompletableFuture::join);

    assertThat(
            seen.number(
                "MATCH (:Entity {tenant: $tenant})-[r:CALLS {version: 20}]->() RETURN count(r)",
                Map.of("tenant", "lock")))
        .isEqualTo(80);
  }

  @Test
  void allWhoCreateTheSchemaAtOnceSucceed() {
    for (int round = 0; round < 5; round++) {
      seen.dropSchema();
      List<CompletableFuture<Void>> creators = new ArrayList<>();
      for (int creator = 0; creator < 4; creator++) {
        creators.add(
            CompletableFuture.runAsync(
                () -> {
                  try (Neo4jGraph mine = connected()) {
                    mine.createSchema();
                  }
                }));
      }
      creators.forEach(CompletableFuture::join);
    }
  }

  @Test
  void oldGravesAreForgotten() {
    write(service("graves", "a", 0).tombstone(1000), service("graves", "b", 0).tombstone(3000));

    graph.forgetGraves(2000);

    assertThat(
            seen.number(
                "MATCH (t:Tombstone {tenant: $tenant}) RETURN count(t)",
                Map.of("tenant", "graves")))
        .isEqualTo(1);
  }
}
