package dev.guanlan.connector.neo4j;

import dev.guanlan.testing.Neo4jExtension;
import java.util.Map;
import java.util.TreeMap;
import org.neo4j.driver.AuthTokens;
import org.neo4j.driver.Driver;
import org.neo4j.driver.GraphDatabase;

/** Looks at one tenant's part of the graph. */
final class TestingGraph implements AutoCloseable {

  private final Driver driver;

  TestingGraph(Neo4jExtension neo4j) {
    driver = GraphDatabase.driver(neo4j.boltUri(), AuthTokens.none());
  }

  /** Returns every node and relation by id with labels and properties, but when first seen. */
  Map<String, Object> of(String tenant) {
    Map<String, Object> graph = new TreeMap<>();
    driver
        .executableQuery(
            "MATCH (e:Entity {tenant: $tenant})"
                + " RETURN e.id AS id, labels(e) AS labels, properties(e) AS properties"
                + " UNION ALL MATCH (:Entity {tenant: $tenant})-[r]->()"
                + " RETURN r.id AS id, [type(r)] AS labels, properties(r) AS properties")
        .withParameters(Map.of("tenant", tenant))
        .execute()
        .records()
        .forEach(
            record -> {
              Map<String, Object> properties = new TreeMap<>(record.get("properties").asMap());
              properties.remove("first_seen");
              properties.remove("tenant");
              properties.put("labels", record.get("labels").asList().stream().sorted().toList());
              graph.put(record.get("id").asString(), properties);
            });
    return graph;
  }

  long number(String query, Map<String, Object> parameters) {
    return driver
        .executableQuery(query)
        .withParameters(parameters)
        .execute()
        .records()
        .get(0)
        .get(0)
        .asLong();
  }

  /** Drops all constraints, and all indexes but those that Neo4j makes by itself. */
  void dropSchema() {
    drop("SHOW CONSTRAINTS YIELD name RETURN name", "DROP CONSTRAINT ");
    drop("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name", "DROP INDEX ");
  }

  private void drop(String names, String statement) {
    driver
        .executableQuery(names)
        .execute()
        .records()
        .forEach(
            found ->
                driver.executableQuery(statement + "`" + found.get(0).asString() + "`").execute());
  }

  @Override
  public void close() {
    driver.close();
  }
}
