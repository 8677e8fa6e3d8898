package dev.guanlan.store;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gives a table a layout that {@code ALTER} cannot give it: a migration makes {@code x_next},
 * copies the rows of {@code x} into it, and says {@code RENAME TABLE x_next TO x}.
 *
 * <p>Nothing is lost when this breaks off or when two programs do it at once. Each program fills a
 * table of its own, whose name it makes up in place of {@code x_next}. The first one to move the
 * old table out of the way, to {@code x_before_0005} if the migration has the number 5, puts its
 * own in the place; the others find that name taken and drop what they have copied. The old table
 * stays there, empty, as the sign that its rows were moved. If somebody has written to it since the
 * copy began, as a job of the release before would, it is put back and the migration is refused.
 */
final class TableRebuild {

  private static final Pattern SWAP =
      Pattern.compile("RENAME\\s+TABLE\\s+([a-z_]+)_next\\s+TO\\s+\\1");
  private static final Pattern NEXT = Pattern.compile("\\b([a-z_]+)_next\\b");

  /** ClickHouse's TABLE_ALREADY_EXISTS. */
  private static final int ALREADY_EXISTS = 57;

  /** What the old table's comment says until its rows are let go of; a block's number follows. */
  private static final String COPIED = "Copied up to block ";

  /** The newest block of a table without rows. */
  private static final String NO_BLOCK = "0";

  private static final SecureRandom RANDOM = new SecureRandom();

  private final ClickHouseHttp database;
  private final String table;
  private final String staging;
  private final String before;
  private String newestBlock = "";

  private TableRebuild(ClickHouseHttp database, String table, int version) {
    this.database = database;
    this.table = table;
    this.before = "%s_before_%04d".formatted(table, version);
    this.staging = table + "_next_" + HexFormat.of().toHexDigits(RANDOM.nextInt());
  }

  /** Returns the table that a statement swaps in, or null if it is another statement. */
  static @Nullable String swapped(String statement) {
    Matcher swap = SWAP.matcher(statement);
    return swap.matches() ? swap.group(1) : null;
  }

  /** Returns the table that a statement prepares the next layout of, or null. */
  static @Nullable String prepared(String statement) {
    Matcher next = NEXT.matcher(statement);
    return next.find() ? next.group(1) : null;
  }

  /** Returns the statement with the table's own name in place of the next one's. */
  static String withOwnName(String statement, String table) {
    return statement.replaceAll("\\b" + table + "_next\\b", table);
  }

  /**
   * Begins a rebuild.
   *
   * @return null if the table was rebuilt by this migration already
   * @throws MigrationException if it was, without rows that were written meanwhile
   */
  static @Nullable TableRebuild begin(ClickHouseHttp database, String table, int version)
      throws ClickHouseException, MigrationException, InterruptedException {
    TableRebuild rebuild = new TableRebuild(database, table, version);
    if (rebuild.exists(rebuild.before)) {
      if (rebuild.exists(table)) {
        rebuild.acceptOfOther();
        return null;
      }
      // Broke off between the two renames.
      database.query("RENAME TABLE " + rebuild.before + " TO " + table);
    }
    rebuild.newestBlock = rebuild.newestBlock(table);
    // For who finds both tables, should this program end before it has looked itself.
    database.query(
        "ALTER TABLE %s MODIFY COMMENT '%s%s'".formatted(table, COPIED, rebuild.newestBlock));
    return rebuild;
  }

  /**
   * Lets go of the old rows if the next table, which another program has put in place, has them
   * all. That program may be about to do the same, or have ended.
   */
  private void acceptOfOther()
      throws ClickHouseException, MigrationException, InterruptedException {
    String newest = newestBlock(before);
    if (newest.equals(NO_BLOCK)) {
      return;
    }
    if (!comment(before).equals(COPIED + newest)) {
      throw new MigrationException(
          ("the table %s was written to while its rows were moved to %s, by a migration that did not"
                  + " end; stop the jobs that write to it, DROP TABLE %s, RENAME TABLE %s TO %s, then"
                  + " migrate again")
              .formatted(before, table, table, before, table));
    }
    forgetOldRows();
  }

  /** Runs a statement about the next table. If it fails, what was copied so far is dropped. */
  void run(String statement) throws ClickHouseException, InterruptedException {
    try {
      database.query(statement.replaceAll("\\b" + table + "_next\\b", staging));
    } catch (ClickHouseException e) {
      dropStagingAfter(e);
      throw e;
    }
  }

  /** Leaves what has failed to be told, also when ClickHouse does not answer any more. */
  private void dropStagingAfter(ClickHouseException failure) throws InterruptedException {
    try {
      dropStaging();
    } catch (ClickHouseException e) {
      failure.addSuppressed(e);
    }
  }

  private void dropStaging() throws ClickHouseException, InterruptedException {
    database.query("DROP TABLE IF EXISTS " + staging);
  }

  /** Puts the next table in the place of the old one, unless somebody else has done so. */
  void swap() throws ClickHouseException, MigrationException, InterruptedException {
    if (exchange()) {
      accept();
    }
  }

  /** Returns whether the next table is in the place of the old one by this program's doing. */
  boolean exchange() throws ClickHouseException, InterruptedException {
    try {
      database.query("RENAME TABLE %s TO %s, %s TO %s".formatted(table, before, staging, table));
    } catch (ClickHouseException e) {
      dropStagingAfter(e);
      if (e.code() != ALREADY_EXISTS) {
        throw e;
      }
      return false;
    }
    return true;
  }

  /** Lets go of the old rows if the next table has them all, or else puts the old table back. */
  void accept() throws ClickHouseException, MigrationException, InterruptedException {
    String newest = newestBlock(before);
    // None if another program has found both tables, looked, and let go of the old rows.
    if (!newest.equals(NO_BLOCK) && !newest.equals(newestBlock)) {
      database.query("RENAME TABLE %s TO %s, %s TO %s".formatted(table, staging, before, table));
      dropStaging();
      throw new MigrationException(
          "the table %s was written to while its rows were moved; stop the jobs that write to it, then migrate again"
              .formatted(table));
    }
    forgetOldRows();
  }

  /** Returns the number of the newest block that was inserted; merges leave it as it is. */
  private String newestBlock(String name) throws ClickHouseException, InterruptedException {
    return tell(
        name,
        "SELECT max(max_block_number) FROM system.parts WHERE active AND database ="
            + " currentDatabase() AND table = {name:String}");
  }

  /** The next table has them all, and they would take the room twice. */
  private void forgetOldRows() throws ClickHouseException, InterruptedException {
    database.query("TRUNCATE TABLE " + before);
  }

  private String comment(String name) throws ClickHouseException, InterruptedException {
    return tell(
        name,
        "SELECT comment FROM system.tables WHERE database = currentDatabase() AND name ="
            + " {name:String}");
  }

  private boolean exists(String name) throws ClickHouseException, InterruptedException {
    String found =
        tell(
            name,
            "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name ="
                + " {name:String}");
    return !found.equals("0");
  }

  /** Returns the one value that a question about a table is answered by. */
  private String tell(String name, String question)
      throws ClickHouseException, InterruptedException {
    return database.rows(question, Map.of("name", name)).get(0).get(0);
  }
}
