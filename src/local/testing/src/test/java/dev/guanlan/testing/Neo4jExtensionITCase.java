package dev.guanlan.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.neo4j.driver.AuthTokens;
import org.neo4j.driver.Driver;
import org.neo4j.driver.GraphDatabase;

@DisplayName("A Neo4j server for tests")
class Neo4jExtensionITCase {

  @RegisterExtension static final Neo4jExtension NEO4J = new Neo4jExtension();

  @Test
  void keepsWhatWasCommittedThroughAStopAndACrash() {
    String mark = UUID.randomUUID().toString();
    run("CREATE (:Kept {mark: $mark, n: 1})", mark);
    NEO4J.stop();
    NEO4J.start();
    run("CREATE (:Kept {mark: $mark, n: 2})", mark);
    NEO4J.kill();
    NEO4J.start();

    assertThat(run("MATCH (k:Kept {mark: $mark}) RETURN sum(k.n) AS n", mark)).isEqualTo(3);
  }

  @Test
  void hasUniquenessConstraints() {
    run("CREATE CONSTRAINT probe IF NOT EXISTS FOR (p:Probe) REQUIRE p.id IS UNIQUE", "");

    assertThat(run("SHOW CONSTRAINTS YIELD name WHERE name = 'probe' RETURN count(*) AS n", ""))
        .isEqualTo(1);
  }

  private static long run(String cypher, String mark) {
    try (Driver driver =
        GraphDatabase.driver(NEO4J.boltUri(), AuthTokens.basic(NEO4J.user(), NEO4J.password()))) {
      var records = driver.executableQuery(cypher).withParameters(Map.of("mark", mark)).execute();
      return records.records().isEmpty() ? 0 : records.records().get(0).get("n").asLong();
    }
  }
}
