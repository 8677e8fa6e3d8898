package dev.guanlan.connector.neo4j;

import dev.guanlan.model.Labels;
import dev.guanlan.topology.CallStatistics;
import dev.guanlan.topology.Change;
import dev.guanlan.topology.Entity;
import dev.guanlan.topology.Relation;
import dev.guanlan.topology.RelationType;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Makes the rows that {@link Cypher}'s statements take. */
final class Rows {

  /** Properties of ours, which no attribute may overwrite. */
  private static final Set<String> OWN =
      Set.of("tenant", "id", "type", "name", "version", "first_seen", "last_seen");

  private Rows() {}

  static Map<String, Object> of(Change change) {
    Map<String, Object> row = new HashMap<>();
    row.put("tenant", change.tenant());
    row.put("id", change.id());
    row.put("version", change.version());
    if (change instanceof Relation relation) {
      row.put("from", relation.from());
      row.put("to", relation.to());
    }
    if (!change.deleted()) {
      row.put("properties", properties(change));
    }
    return row;
  }

  private static Map<String, Object> properties(Change change) {
    Map<String, Object> properties = new HashMap<>();
    Labels attributes = change.attributes();
    boolean calls = change.type().equals(RelationType.CALLS);
    attributes.forEach(
        (name, value) ->
            properties.put(
                OWN.contains(name) ? "attribute." + name : name,
                calls && CallStatistics.NUMBERS.contains(name) ? number(value) : value));
    properties.put("tenant", change.tenant());
    properties.put("id", change.id());
    if (change instanceof Entity entity) {
      properties.put("type", entity.type());
      properties.put("name", entity.name());
    }
    properties.put("version", change.version());
    properties.put("last_seen", change.version());
    return properties;
  }

  private static Object number(String text) {
    return text.matches("-?\\d{1,18}") ? (Object) Long.valueOf(text) : Double.valueOf(text);
  }
}
