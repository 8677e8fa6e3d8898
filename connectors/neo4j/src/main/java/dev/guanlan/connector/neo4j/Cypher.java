package dev.guanlan.connector.neo4j;

import java.util.List;
import java.util.Locale;

/**
 * Holds the statements that write the graph. Each takes {@code $rows}, and does to a row nothing
 * that a newer change has overtaken, so that any order of the same changes gives the same graph:
 *
 * <ul>
 *   <li>An entity is there if its newest change is newer than its tombstone, or if a relation that
 *       is there needs it as its end; such an end has no version, and no properties but its id.
 *   <li>A relation is there if its newest change is newer than its own tombstone and than those of
 *       its ends.
 * </ul>
 *
 * <p>Of two changes with the same version the later written holds: a job that restarts writes again
 * what it then knows better.
 */
final class Cypher {

  /** Makes two of the same impossible, and finds things by what they are looked up by. */
  static final List<String> SCHEMA =
      List.of(
          "CREATE CONSTRAINT entity_identity IF NOT EXISTS"
              + " FOR (e:Entity) REQUIRE (e.tenant, e.id) IS UNIQUE",
          "CREATE CONSTRAINT tombstone_identity IF NOT EXISTS"
              + " FOR (t:Tombstone) REQUIRE (t.tenant, t.id) IS UNIQUE",
          "CREATE INDEX entity_name IF NOT EXISTS FOR (e:Entity) ON (e.name)",
          "CALL db.awaitIndexes(60)");

  /** Removes ends that no relation needs any more. */
  static final String REMOVE_LOOSE_ENDS =
      """
      UNWIND $rows AS row
      MATCH (e:Entity {tenant: row.tenant, id: row.id})
      WHERE e.version IS NULL AND NOT (e)--()
      DELETE e
      """;

  /** Remembers deletions, and removes older relations of what is gone. Returns their other ends. */
  static final String BURY_ENTITIES =
      """
      UNWIND $rows AS row
      MERGE (grave:Tombstone {tenant: row.tenant, id: row.id})
      SET grave.version =
        CASE WHEN grave.version >= row.version THEN grave.version ELSE row.version END
      WITH row
      MATCH (:Entity {tenant: row.tenant, id: row.id})-[r]-(other:Entity)
      WHERE r.version <= row.version
      DELETE r
      WITH DISTINCT other
      RETURN other.tenant AS tenant, other.id AS id
      """;

  /** Makes what is gone a mere end: newer relations may still need it. */
  static final String STRIP_ENTITIES =
      """
      UNWIND $rows AS row
      MATCH (e:Entity {tenant: row.tenant, id: row.id})
      WHERE e.version <= row.version
      SET e = {tenant: row.tenant, id: row.id}
      """;

  /** Forgets deletions from before {@code $before}, a bounded number at a time. */
  static final String FORGET_GRAVES =
      """
      MATCH (grave:Tombstone) WHERE grave.version < $before
      WITH grave LIMIT 10000
      DELETE grave
      """;

  private Cypher() {}

  /** Writes entities of one type. */
  static String entities(String type) {
    return """
        UNWIND $rows AS row
        OPTIONAL MATCH (grave:Tombstone {tenant: row.tenant, id: row.id})
        WITH row, grave WHERE grave IS NULL OR grave.version < row.version
        MERGE (e:Entity {tenant: row.tenant, id: row.id})
        WITH e, row,
          CASE WHEN e.first_seen <= row.version THEN e.first_seen ELSE row.version END AS first
        SET e.first_seen = first
        WITH e, row, first WHERE e.version IS NULL OR e.version <= row.version
        SET e = row.properties, e.first_seen = first, e:`%s`
        """
        .formatted(label(type));
  }

  /** Writes relations of one type between entities of two types. */
  static String relations(String type, String fromType, String toType) {
    return """
        UNWIND $rows AS row
        OPTIONAL MATCH (own:Tombstone {tenant: row.tenant, id: row.id})
        OPTIONAL MATCH (froms:Tombstone {tenant: row.tenant, id: row.from})
        OPTIONAL MATCH (tos:Tombstone {tenant: row.tenant, id: row.to})
        WITH row, own, froms, tos
        WHERE coalesce(own.version, -1) < row.version
          AND coalesce(froms.version, -1) < row.version
          AND coalesce(tos.version, -1) < row.version
        MERGE (a:Entity {tenant: row.tenant, id: row.from}) ON CREATE SET a:`%s`
        MERGE (b:Entity {tenant: row.tenant, id: row.to}) ON CREATE SET b:`%s`
        MERGE (a)-[r:`%s`]->(b)
        WITH r, row,
          CASE WHEN r.first_seen <= row.version THEN r.first_seen ELSE row.version END AS first
        SET r.first_seen = first
        WITH r, row, first WHERE r.version IS NULL OR r.version <= row.version
        SET r = row.properties, r.first_seen = first
        """
        .formatted(label(fromType), label(toType), relationType(type));
  }

  /** Removes relations of one type and remembers it. Returns their ends. */
  static String buryRelations(String type) {
    return """
        UNWIND $rows AS row
        MERGE (grave:Tombstone {tenant: row.tenant, id: row.id})
        SET grave.version =
          CASE WHEN grave.version >= row.version THEN grave.version ELSE row.version END
        WITH row
        MATCH (a:Entity {tenant: row.tenant, id: row.from})
          -[r:`%s`]->(b:Entity {tenant: row.tenant, id: row.to})
        WHERE r.version <= row.version
        DELETE r
        WITH a, b
        UNWIND [a, b] AS end
        WITH DISTINCT end
        RETURN end.tenant AS tenant, end.id AS id
        """
        .formatted(relationType(type));
  }

  /** Returns a type as Neo4j writes labels: {@code k8s.pod} becomes {@code K8sPod}. */
  static String label(String type) {
    StringBuilder label = new StringBuilder();
    for (String word : type.split("[^A-Za-z0-9]+", -1)) {
      if (!word.isEmpty()) {
        label.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
      }
    }
    return label.isEmpty() ? "Untyped" : label.toString();
  }

  /** Returns a type as Neo4j writes those of relations: {@code runs_on} becomes {@code RUNS_ON}. */
  static String relationType(String type) {
    String name = type.replaceAll("[^A-Za-z0-9]+", "_").toUpperCase(Locale.ROOT);
    return name.isEmpty() ? "RELATED" : name;
  }
}
