package dev.guanlan.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says what tables and views there are once all migrations were applied: the statements that would
 * make them in an empty database. They are the migrations' own, without what moves rows and without
 * what a later one replaces, so the two cannot drift apart.
 */
public final class CurrentTables {

  private static final Pattern TABLE = Pattern.compile("CREATE TABLE IF NOT EXISTS (\\w+)");
  private static final Pattern VIEW =
      Pattern.compile("CREATE (?:OR REPLACE VIEW|(?:MATERIALIZED )?VIEW IF NOT EXISTS) (\\w+)");
  private static final Pattern ALTER = Pattern.compile("ALTER TABLE (\\w+)");
  private static final Pattern MOVE = Pattern.compile("INSERT INTO |RENAME TABLE ");

  private final Map<String, String> tables = new LinkedHashMap<>();
  private final Map<String, String> views = new LinkedHashMap<>();
  private final List<String> changes = new ArrayList<>();

  private CurrentTables() {}

  /** Returns the tables of this release. */
  public static CurrentTables ofThisRelease() {
    CurrentTables current = new CurrentTables();
    for (Migrations.Migration migration : Migrations.ofThisRelease().list()) {
      SqlScript.statements(migration.sql()).forEach(current::add);
    }
    return current;
  }

  private void add(String statement) {
    Matcher table = TABLE.matcher(statement);
    Matcher view = VIEW.matcher(statement);
    Matcher alter = ALTER.matcher(statement);
    if (table.lookingAt()) {
      String rebuilt = TableRebuild.prepared(statement);
      String name = rebuilt == null ? table.group(1) : rebuilt;
      tables.put(name, TableRebuild.withOwnName(statement, name));
      // What was changed in the table that this one replaces is part of it.
      changes.removeIf(change -> name.equals(altered(change)));
    } else if (view.lookingAt()) {
      views.put(view.group(1), statement);
    } else if (alter.lookingAt()) {
      changes.add(statement);
    } else if (!MOVE.matcher(statement).lookingAt()) {
      throw new IllegalStateException(
          "the migrations have a statement of an unknown kind: %s; teach it to this class"
              .formatted(ClickHouseException.bounded(statement, 80)));
    }
  }

  private static String altered(String change) {
    Matcher alter = ALTER.matcher(change);
    return alter.lookingAt() ? alter.group(1) : "";
  }

  /** Returns each table's name with the statement that makes it. */
  Map<String, String> tables() {
    return tables;
  }

  /** Returns what is changed of the tables afterwards, in order. */
  List<String> changes() {
    return changes;
  }

  /** Returns each view's name with the statement that makes it. */
  Map<String, String> views() {
    return views;
  }

  /** Returns the statements that make the tables and views on one server, in order. */
  public List<String> statements() {
    List<String> all = new ArrayList<>(tables.values());
    all.addAll(changes);
    all.addAll(views.values());
    return all;
  }
}
