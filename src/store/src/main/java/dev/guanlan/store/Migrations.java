package dev.guanlan.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a database to the tables that this release reads and writes.
 *
 * <p>A migration is a numbered SQL file. It is applied once, in the order of the numbers, and then
 * recorded with its checksum in the table {@code migrations}; a file that was changed after it was
 * applied is refused. Every statement is written so that it may run twice ({@code IF NOT EXISTS}),
 * which covers both a migration that broke off halfway and two programs that migrate at once. How a
 * table gets another layout is told by {@link TableRebuild}.
 */
public final class Migrations {

  /** The database that everything is kept in unless configured otherwise. */
  public static final String DEFAULT_DATABASE = "guanlan";

  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

  /** The files beside this class, in order. New ones are added at the end. */
  private static final List<String> FILES =
      List.of(
          "0001_samples.sql",
          "0002_series.sql",
          "0003_logs.sql",
          "0004_spans.sql",
          "0005_samples_by_key.sql",
          "0006_series_labels.sql",
          "0007_histograms_exemplars_metadata.sql",
          "0008_logs_by_words.sql",
          "0009_spans_once.sql",
          "0010_flows.sql",
          "0011_anomalies_alert_history.sql");

  /** How long a statement may take that moves the rows of a table. */
  private static final Duration MOVE_TIMEOUT = Duration.ofHours(6);

  /** How often, with a pause between, to look whether another program has done what failed here. */
  private static final int LOOKS_FOR_OTHERS = 50;

  private static final Duration PAUSE = Duration.ofMillis(200);

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");

  private static final String RECORD_TABLE =
      """
      CREATE TABLE IF NOT EXISTS migrations
      (
          version UInt32 COMMENT 'The number that the file name begins with.',
          file String,
          checksum String COMMENT 'SHA-256 of the file, hexadecimal.',
          applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
      )
      ENGINE = ReplacingMergeTree
      ORDER BY version
      COMMENT 'Which migrations this database has.'
      """;

  private final List<Migration> migrations;

  private Migrations(List<Migration> migrations) {
    this.migrations = migrations;
  }

  /** Is one numbered file. */
  record Migration(int version, String file, String sql) {

    String checksum() {
      try {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(sql.getBytes(UTF_8));
        return HexFormat.of().formatHex(digest);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }
  }

  /** Returns the migrations of this release. */
  public static Migrations ofThisRelease() {
    List<Migration> migrations = new ArrayList<>();
    for (String file : FILES) {
      try (InputStream in = Migrations.class.getResourceAsStream("migrations/" + file)) {
        if (in == null) {
          throw new IllegalStateException("the migration " + file + " is not in the jar");
        }
        migrations.add(
            new Migration(
                Integer.parseInt(file.substring(0, file.indexOf('_'))),
                file,
                new String(in.readAllBytes(), UTF_8)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new Migrations(migrations);
  }

  /** Returns the migrations in the order in which they are applied. */
  List<Migration> list() {
    return migrations;
  }

  /** Returns the given migrations, for a test. */
  static Migrations of(List<Migration> migrations) {
    return new Migrations(List.copyOf(migrations));
  }

  /**
   * Creates the database if it is not there, and applies what it lacks.
   *
   * @param clickHouse a client whose user may create databases and tables
   * @param database letters, digits and underscores
   * @return how many migrations were applied by this call
   * @throws MigrationException if the database does not fit this release
   */
  public int apply(ClickHouseHttp clickHouse, String database)
      throws ClickHouseException, MigrationException, InterruptedException {
    checkName(database);
    clickHouse.withDatabase("default").query("CREATE DATABASE IF NOT EXISTS `" + database + "`");
    ClickHouseHttp target = clickHouse.withDatabase(database);
    refuseCluster(target, database);
    target.query(RECORD_TABLE);
    Map<Integer, String> applied = new TreeMap<>();
    for (List<String> row : target.rows("SELECT version, checksum FROM migrations FINAL")) {
      applied.put(Integer.parseInt(row.get(0)), row.get(1));
    }
    int count = 0;
    for (Migration migration : migrations) {
      String checksum = applied.remove(migration.version());
      if (checksum == null) {
        if (applyUnlessSomebodyHas(target, migration)) {
          count++;
        }
      } else if (!checksum.equals(migration.checksum())) {
        throw new MigrationException(
            ("the migration %s was applied to the database %s with the checksum %s, but now has %s;"
                    + " put the file back as it was and write the change as a new migration")
                .formatted(migration.file(), database, checksum, migration.checksum()));
      }
    }
    if (!applied.isEmpty()) {
      LOG.warn(
          "The database {} has migrations {} that this release does not know: a newer one has"
              + " used it. Migrations only add, so this release goes on.",
          database,
          applied.keySet());
    }
    return count;
  }

  /** Checks that a text can name a database. */
  static void checkName(String database) throws MigrationException {
    if (!NAME.matcher(database).matches()) {
      throw new MigrationException(
          "\"%s\" cannot be the name of a database; use letters, digits and underscores"
              .formatted(ClickHouseException.bounded(database, 80)));
    }
  }

  private static void refuseCluster(ClickHouseHttp target, String database)
      throws ClickHouseException, MigrationException, InterruptedException {
    if (!target
        .rows(
            "SELECT name FROM system.tables WHERE database = currentDatabase() AND (engine ="
                + " 'Distributed' OR name = 'samples_local') LIMIT 1")
        .isEmpty()) {
      throw new MigrationException(
          "the database %s has the tables of a cluster; give the cluster's name too"
              .formatted(database));
    }
  }

  /**
   * Applies a migration; returns false if another program has done so meanwhile. A statement that
   * fails because the other one was faster (it reads a table that has another layout by now) is no
   * failure, once the other one has recorded the migration.
   */
  private static boolean applyUnlessSomebodyHas(ClickHouseHttp target, Migration migration)
      throws ClickHouseException, MigrationException, InterruptedException {
    if (isRecorded(target, migration)) {
      return false;
    }
    try {
      apply(target, migration);
      return true;
    } catch (ClickHouseException e) {
      if (e.code() == FailureKind.NO_CODE) {
        throw e; // ClickHouse did not answer, so it is no matter of statements.
      }
      for (int look = 0; look < LOOKS_FOR_OTHERS; look++) {
        if (isRecorded(target, migration)) {
          return false;
        }
        Thread.sleep(PAUSE.toMillis());
      }
      throw e;
    }
  }

  private static boolean isRecorded(ClickHouseHttp target, Migration migration)
      throws ClickHouseException, InterruptedException {
    return !target
        .rows(
            "SELECT version FROM migrations WHERE version = {version:UInt32} LIMIT 1",
            Map.of("version", Integer.toString(migration.version())))
        .isEmpty();
  }

  private static void apply(ClickHouseHttp target, Migration migration)
      throws ClickHouseException, MigrationException, InterruptedException {
    // A table whose rows were moved is emptied, however large it is.
    ClickHouseHttp patient =
        target.withRequestTimeout(MOVE_TIMEOUT).withSetting("max_table_size_to_drop", "0");
    Map<String, Optional<TableRebuild>> rebuilds = new HashMap<>();
    for (String statement : SqlScript.statements(migration.sql())) {
      String table = TableRebuild.prepared(statement);
      if (table == null) {
        patient.query(statement);
        continue;
      }
      Optional<TableRebuild> rebuild = rebuilds.get(table);
      if (rebuild == null) {
        rebuild = Optional.ofNullable(TableRebuild.begin(patient, table, migration.version()));
        rebuilds.put(table, rebuild);
      }
      if (rebuild.isEmpty()) {
        LOG.info("The table {} was rebuilt by {} before.", table, migration.file());
      } else if (TableRebuild.swapped(statement) != null) {
        rebuild.get().swap();
      } else {
        rebuild.get().run(statement);
      }
    }
    target.query(
        "INSERT INTO migrations (version, file, checksum) SELECT {version:UInt32}, {file:String},"
            + " {checksum:String}",
        Map.of(
            "version", Integer.toString(migration.version()),
            "file", migration.file(),
            "checksum", migration.checksum()));
    LOG.info("Applied the migration {}.", migration.file());
  }
}
