package dev.guanlan.connector.neo4j;

import dev.guanlan.topology.Change;
import dev.guanlan.topology.Entity;
import dev.guanlan.topology.Identity;
import dev.guanlan.topology.Relation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.neo4j.driver.AuthToken;
import org.neo4j.driver.AuthTokens;
import org.neo4j.driver.Config;
import org.neo4j.driver.Driver;
import org.neo4j.driver.GraphDatabase;
import org.neo4j.driver.NotificationSeverity;
import org.neo4j.driver.Session;
import org.neo4j.driver.TransactionConfig;
import org.neo4j.driver.TransactionContext;
import org.neo4j.driver.exceptions.ClientException;

/**
 * Applies changes to a Neo4j database, a batch in one transaction. Blocks; for one thread at a
 * time.
 *
 * <p>A transaction is repeated after failures that the driver calls retryable (transient errors as
 * deadlocks, a lost connection, a server that restarts), with growing pauses, for a bounded time.
 */
final class Neo4jGraph implements AutoCloseable {

  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(5);

  /**
   * Covers connecting too, and unlike a connection that times out it is no reason for the driver to
   * try again: a server that is slow to come up must meet the other first.
   */
  private static final Duration ACQUISITION_TIMEOUT = Duration.ofSeconds(60);

  private static final String SCHEMA_EXISTS =
      "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists";

  private final Driver driver;
  private final AtomicLong attempts = new AtomicLong();
  private final AtomicLong transactions = new AtomicLong();

  /** Prepares to connect; the first write does. */
  Neo4jGraph(Neo4jSettings settings) {
    String user = settings.user();
    String password = settings.password();
    AuthToken login =
        user == null || password == null ? AuthTokens.none() : AuthTokens.basic(user, password);
    Config config =
        Config.builder()
            .withUserAgent("guanlan")
            .withMaxConnectionPoolSize(2)
            .withConnectionTimeout(CONNECTION_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .withConnectionAcquisitionTimeout(ACQUISITION_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .withMaxTransactionRetryTime(settings.retryTime().toMillis(), TimeUnit.MILLISECONDS)
            // An empty graph has none of the properties asked for: no news.
            .withMinimumNotificationSeverity(NotificationSeverity.OFF)
            .build();
    this.driver = GraphDatabase.driver(settings.uri(), login, config);
  }

  /** Creates the constraints and indexes that are not there yet. */
  void createSchema() {
    for (String statement : Cypher.SCHEMA) {
      try {
        // Each on its own: Neo4j does not mix schema changes and data in one transaction.
        write(transaction -> transaction.run(statement).consume());
      } catch (ClientException e) {
        // Neo4j looks whether it exists before it takes the lock to create it, and so fails when
        // another task has created the very same meanwhile.
        if (!SCHEMA_EXISTS.equals(e.code())) {
          throw e;
        }
      }
    }
  }

  /** Applies changes, no two of them with the same key. */
  void write(Collection<? extends Change> changes) {
    Batch batch = Batch.of(changes);
    write(batch::run);
  }

  /** Forgets deletions from before a time in milliseconds since the epoch. */
  void forgetGraves(long before) {
    write(transaction -> transaction.run(Cypher.FORGET_GRAVES, Map.of("before", before)).consume());
  }

  /** Returns how often a transaction had to be tried again. */
  long retries() {
    return attempts.get() - transactions.get();
  }

  private void write(Statements statements) {
    try (Session session = driver.session()) {
      long before = attempts.get();
      session.executeWriteWithoutResult(
          transaction -> {
            attempts.incrementAndGet();
            statements.run(transaction);
          },
          TransactionConfig.builder().withTimeout(TRANSACTION_TIMEOUT).build());
      transactions.addAndGet(attempts.get() > before ? 1 : 0);
    }
  }

  @Override
  public void close() {
    driver.close();
  }

  @FunctionalInterface
  private interface Statements {
    void run(TransactionContext transaction);
  }

  /** Holds the changes of one transaction, by the statement that writes them. */
  private record Batch(
      Map<String, List<Map<String, Object>>> entities,
      Map<String, List<Map<String, Object>>> relations,
      List<Map<String, Object>> buriedEntities,
      Map<String, List<Map<String, Object>>> buriedRelations) {

    static Batch of(Collection<? extends Change> changes) {
      Batch batch = new Batch(new TreeMap<>(), new TreeMap<>(), new ArrayList<>(), new TreeMap<>());
      List<Change> sorted = new ArrayList<>(changes);
      // All tasks take their locks in the same order, so that they wait for each other instead of
      // ending in a deadlock.
      sorted.sort(Comparator.comparing(Change::key));
      sorted.forEach(batch::add);
      return batch;
    }

    private void add(Change change) {
      List<Map<String, Object>> rows;
      if (change instanceof Entity) {
        rows = change.deleted() ? buriedEntities : group(entities, Cypher.entities(change.type()));
      } else {
        Relation relation = (Relation) change;
        rows =
            relation.deleted()
                ? group(buriedRelations, Cypher.buryRelations(relation.type()))
                : group(
                    relations,
                    Cypher.relations(
                        relation.type(),
                        Identity.typeOf(relation.from()),
                        Identity.typeOf(relation.to())));
      }
      rows.add(Rows.of(change));
    }

    private static List<Map<String, Object>> group(
        Map<String, List<Map<String, Object>>> groups, String statement) {
      return groups.computeIfAbsent(statement, s -> new ArrayList<>());
    }

    void run(TransactionContext transaction) {
      entities.forEach((statement, rows) -> run(transaction, statement, rows));
      relations.forEach((statement, rows) -> run(transaction, statement, rows));
      List<Map<String, Object>> ends = new ArrayList<>();
      buriedRelations.forEach((statement, rows) -> ends.addAll(run(transaction, statement, rows)));
      if (!buriedEntities.isEmpty()) {
        ends.addAll(run(transaction, Cypher.BURY_ENTITIES, buriedEntities));
        run(transaction, Cypher.STRIP_ENTITIES, buriedEntities);
        ends.addAll(buriedEntities);
      }
      if (!ends.isEmpty()) {
        run(transaction, Cypher.REMOVE_LOOSE_ENDS, ends);
      }
    }

    private static List<Map<String, Object>> run(
        TransactionContext transaction, String statement, List<Map<String, Object>> rows) {
      return transaction.run(statement, Map.of("rows", rows)).list(record -> record.asMap());
    }
  }
}
