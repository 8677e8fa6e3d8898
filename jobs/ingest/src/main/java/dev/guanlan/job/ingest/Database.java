package dev.guanlan.job.ingest;

import dev.guanlan.store.ClickHouseException;
import dev.guanlan.store.ClickHouseHttp;
import dev.guanlan.store.ClusterTables;
import dev.guanlan.store.FailureKind;
import dev.guanlan.store.MigrationException;
import dev.guanlan.store.Migrations;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the database to this release's tables before the job starts. */
final class Database {

  private static final Logger LOG = LoggerFactory.getLogger(Database.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private Database() {}

  /**
   * Applies the migrations, and waits for a ClickHouse that is still starting.
   *
   * @param cluster the cluster that the tables are spread over; empty for one server
   * @throws IOException if ClickHouse did not answer within {@link IngestOptions#startWait}, or
   *     refuses
   * @throws MigrationException if the database does not fit this release
   */
  static void prepare(IngestOptions options, Optional<String> cluster)
      throws IOException, MigrationException, InterruptedException {
    ClickHouseHttp clickHouse = options.target().connect();
    long end = System.nanoTime() + options.startWait().toNanos();
    while (true) {
      try {
        apply(clickHouse, options.target().database(), cluster);
        return;
      } catch (ClickHouseException e) {
        if (e.kind() != FailureKind.RETRYABLE || System.nanoTime() - end >= 0) {
          throw new IOException(
              "The job cannot start without its tables (waited up to %s, see --%s). %s"
                  .formatted(options.startWait(), IngestOptions.WAIT.key(), e.getMessage()),
              e);
        }
        LOG.info("Waiting for ClickHouse: {}", e.getMessage());
        Thread.sleep(PAUSE.toMillis());
      }
    }
  }

  private static void apply(ClickHouseHttp clickHouse, String database, Optional<String> cluster)
      throws ClickHouseException, MigrationException, InterruptedException {
    if (cluster.isPresent()) {
      ClusterTables.ofThisRelease(cluster.get()).apply(clickHouse, database);
      LOG.info("The database {} is ready in the cluster {}.", database, cluster.get());
    } else {
      int applied = Migrations.ofThisRelease().apply(clickHouse, database);
      LOG.info("The database {} is ready; {} migrations were new.", database, applied);
    }
  }
}
