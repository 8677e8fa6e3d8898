package dev.guanlan.local.command;

import dev.guanlan.local.command.terminal.Terminal;
import dev.guanlan.store.ClickHouseException;
import dev.guanlan.store.ClickHouseHttp;
import dev.guanlan.store.ClusterTables;
import dev.guanlan.store.CurrentTables;
import dev.guanlan.store.MigrationException;
import dev.guanlan.store.Migrations;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Makes the tables of this release, on one server or in a cluster, or shows how. */
@Command(
    name = "migrate",
    description = {
      "Make the tables of this release, or bring them up to date. Rows are carried over; stop the",
      "ingest job first if a table is moved, or what it writes meanwhile is lost."
    },
    exitCodeListHeading = "%nExit codes%n",
    exitCodeList = {"0:the tables are those of this release", "1:they could not be made"})
final class StoreMigrateCommand implements Callable<Integer> {

  @ParentCommand private StoreCommand parent;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "ClickHouse's HTTP address; else ${DEFAULT-VALUE}.")
  private String url = "http://127.0.0.1:8123";

  @Option(
      names = "--database",
      paramLabel = "NAME",
      description = "The database, made if it is not there; else ${DEFAULT-VALUE}.")
  private String database = Migrations.DEFAULT_DATABASE;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "Who may create databases and tables; else ${DEFAULT-VALUE}.")
  private String user = "default";

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "File with that user's password; none if not given.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      description = "Make sharded and replicated tables in this cluster of remote_servers.")
  private @Nullable String cluster;

  @Option(names = "--print", description = "Show the statements, and run none.")
  private boolean print;

  StoreMigrateCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    try {
      if (print) {
        statements().forEach(statement -> parent.terminal().line(statement + ";\n"));
      } else {
        migrate(parent.terminal());
      }
      return 0;
    } catch (MigrationException | ClickHouseException e) {
      throw new Problem("The tables could not be made: " + e.getMessage(), e);
    }
  }

  private List<String> statements() throws MigrationException {
    if (cluster == null) {
      return CurrentTables.ofThisRelease().statements();
    }
    ClusterTables tables = ClusterTables.ofThisRelease(cluster);
    List<String> all = new ArrayList<>(List.of(tables.createDatabase(database)));
    all.addAll(tables.statements());
    return all;
  }

  private void migrate(Terminal terminal)
      throws ClickHouseException, MigrationException, InterruptedException {
    ClickHouseHttp clickHouse = connect();
    if (cluster != null) {
      ClusterTables.ofThisRelease(cluster).apply(clickHouse, database);
      terminal.line(
          "%s The database %s has this release's tables in the cluster %s."
              .formatted(terminal.style().tick(), database, cluster));
      return;
    }
    int applied = Migrations.ofThisRelease().apply(clickHouse, database);
    terminal.line(
        "%s The database %s has this release's tables; %s."
            .formatted(
                terminal.style().tick(),
                database,
                applied == 0 ? "nothing was new" : Counted.of(applied, "migration") + " applied"));
  }

  private ClickHouseHttp connect() {
    try {
      ClickHouseHttp.Builder client = ClickHouseHttp.builder(URI.create(url)).user(user);
      if (passwordFile != null) {
        client.password(RulesCommand.text(passwordFile).strip());
      }
      return client.build();
    } catch (IllegalArgumentException e) {
      throw new Problem("--url cannot be used: " + e.getMessage(), e);
    }
  }
}
