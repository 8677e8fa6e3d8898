package dev.guanlan.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guanlan.e2e.Workload.Edge;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.neo4j.driver.AuthTokens;
import org.neo4j.driver.Driver;
import org.neo4j.driver.GraphDatabase;
import org.neo4j.driver.Record;

/** Knows who calls whom: by the demo fleet's own description, and by what Neo4j holds. */
final class FleetGraph {

  private FleetGraph() {}

  /** Asks the built fleet which calls its services make. */
  static List<Edge> described() throws IOException {
    Path jar =
        Path.of(System.getProperty("guanlan.root", "../.."))
            .resolve("src/local/fleet/target/fleet.jar");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                jar.toString(),
                "--describe")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    JsonNode description = new ObjectMapper().readTree(process.getInputStream());
    List<Edge> edges = new ArrayList<>();
    for (JsonNode call : description.path("calls")) {
      edges.add(new Edge(call.path("from").asText(), call.path("to").asText()));
    }
    return edges;
  }

  /** Returns each service of a tenant with those it calls, as {@code namespace/name}. */
  static Map<String, NavigableSet<String>> stored(Platform platform, String tenant) {
    Map<String, NavigableSet<String>> calls = new TreeMap<>();
    try (Driver driver = GraphDatabase.driver(platform.neo4j.boltUri(), AuthTokens.none())) {
      List<Record> services =
          driver
              .executableQuery(
                  "MATCH (s:Entity {tenant: $tenant, type: 'service'})"
                      + " OPTIONAL MATCH (s)-[:CALLS]->(o:Entity)"
                      + " RETURN s.id AS caller, o.id AS called")
              .withParameters(Map.of("tenant", tenant))
              .execute()
              .records();
      for (Record row : services) {
        NavigableSet<String> called =
            calls.computeIfAbsent(name(row.get("caller").asString()), caller -> new TreeSet<>());
        if (!row.get("called").isNull()) {
          called.add(name(row.get("called").asString()));
        }
      }
    }
    return calls;
  }

  /** Returns each service of some edges with those it calls. */
  static Map<String, NavigableSet<String>> of(List<Edge> edges) {
    Map<String, NavigableSet<String>> calls = new TreeMap<>();
    for (Edge edge : edges) {
      calls.computeIfAbsent(edge.caller(), caller -> new TreeSet<>()).add(edge.called());
      calls.computeIfAbsent(edge.called(), called -> new TreeSet<>());
    }
    return calls;
  }

  private static String name(String id) {
    return id.substring(id.indexOf(':') + 1);
  }
}
