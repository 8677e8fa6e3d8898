package dev.guanlan.local.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.guanlan.local.command.backtest.BacktestResult;
import dev.guanlan.local.command.backtest.BacktestTicks;
import dev.guanlan.local.command.backtest.Episode;
import dev.guanlan.local.command.backtest.Episodes;
import dev.guanlan.local.command.backtest.Moments;
import dev.guanlan.local.command.run.Place;
import dev.guanlan.local.command.terminal.Terminal;
import dev.guanlan.local.stack.BacktestProcess;
import dev.guanlan.local.stack.Site;
import dev.guanlan.local.stack.fetch.Cache;
import dev.guanlan.model.RawRecord;
import dev.guanlan.store.Migrations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Tells which alerts rules would have raised, from stored samples. */
@Command(
    name = "backtest",
    sortOptions = false,
    description = {
      "Evaluate a rule file over what ClickHouse has stored, by the alerting job's own operators,"
          + " and",
      "tell which alerts would have moved. Alerts begin inactive; what the file records is"
          + " recorded",
      "anew, and not taken from the store. Nothing is sent or stored."
    },
    exitCodeListHeading = "%nExit codes%n",
    exitCodeList = {
      "0:it is told, however the alerts moved and the files differ",
      "1:a file is wrong, or the history cannot be read"
    })
final class RulesBacktestCommand implements Callable<Integer> {

  private static final long BETWEEN_LOOKS_MILLIS = 500;

  @ParentCommand private RulesCommand parent;

  @Parameters(index = "0", paramLabel = "FILE", description = "A Prometheus rule file.")
  private Path file = Path.of("");

  @Option(
      names = "--from",
      required = true,
      paramLabel = "TIME",
      description = "The first time that may be a tick: 2026-11-28T10:00:00Z, -7d, '7d ago'.")
  private String from = "";

  @Option(
      names = "--to",
      paramLabel = "TIME",
      description = "The last time that may be a tick (default: ${DEFAULT-VALUE}).")
  private String to = "now";

  @Option(
      names = "--against",
      paramLabel = "FILE2",
      description = "Tell how the alerts of this file differ from those of the first.")
  private @Nullable Path against;

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "Whose samples (default: ${DEFAULT-VALUE}).")
  private String tenant = RawRecord.ANONYMOUS;

  @Option(
      names = "--clickhouse",
      paramLabel = "URL",
      description = "ClickHouse's HTTP address (default: that of the stack that runs here).")
  private String clickHouse = "";

  @Option(
      names = "--database",
      paramLabel = "NAME",
      description = "Where samples are (default: ${DEFAULT-VALUE}).")
  private String database = Migrations.DEFAULT_DATABASE;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "Who reads (default: ${DEFAULT-VALUE}).")
  private String user = "default";

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "File with that user's password; none if not given.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--aligned",
      description = "Tick at the multiples of intervals, as with the job's rules.aligned.")
  private boolean aligned;

  @Option(names = "--json", description = "Write everything as JSON, for programs.")
  private boolean json;

  @Mixin private PlaceOptions place = new PlaceOptions();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  RulesBacktestCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    Instant now = Instant.now();
    long fromMillis = moment("--from", from, now);
    long toMillis = moment("--to", to, now);
    if (fromMillis > toMillis) {
      throw new Problem("--from %s is after --to %s; give an earlier one".formatted(from, to));
    }
    Path other = against;
    ShippedRules.check(other == null ? List.of(file) : List.of(file, other));
    BacktestResult first = run(file, fromMillis, toMillis);
    BacktestResult second = other == null ? null : run(other, fromMillis, toMillis);
    List<Episode> episodes = Episodes.of(first.transitions(), toMillis);
    BacktestReport report = new BacktestReport(parent.terminal());
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("from", Instant.ofEpochMilli(fromMillis).toString());
      all.put("to", Instant.ofEpochMilli(toMillis).toString());
      all.put("result", first);
      all.put("episodes", episodes);
      if (second != null) {
        List<Episode> others = Episodes.of(second.transitions(), toMillis);
        all.put("against", second);
        all.put("againstEpisodes", others);
        all.put("differences", Episodes.differences(episodes, others));
      }
      parent
          .terminal()
          .line(
              new ObjectMapper()
                  .enable(SerializationFeature.INDENT_OUTPUT)
                  .writeValueAsString(all));
      return 0;
    }
    if (second == null) {
      report.transitions(first.transitions());
      report.summary(episodes);
    } else {
      report.differences(episodes, Episodes.of(second.transitions(), toMillis));
    }
    report.remarks(file, first);
    if (other != null && second != null) {
      report.remarks(other, second);
    }
    return 0;
  }

  private static long moment(String option, String text, Instant now) {
    try {
      return Moments.parse(text, now);
    } catch (IllegalArgumentException e) {
      throw new Problem(option + ": " + e.getMessage(), e);
    }
  }

  private BacktestResult run(Path rules, long fromMillis, long toMillis)
      throws IOException, InterruptedException {
    Place where = place.place();
    Site site =
        new Site(where.root(), where.data(), Cache.ofUser(), notice -> System.err.println(notice));
    Path folder = Files.createTempDirectory(Files.createDirectories(where.data()), "backtest-");
    Path output = folder.resolve("output.jsonl");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--backtest.rules",
                rules.toAbsolutePath().toString(),
                // Both files' groups tick at the same times.
                "--backtest.namespace",
                file.getFileName().toString(),
                "--backtest.tenant",
                tenant,
                "--backtest.from",
                Long.toString(fromMillis),
                "--backtest.to",
                Long.toString(toMillis),
                "--backtest.output",
                output.toString(),
                "--rules.aligned",
                Boolean.toString(aligned),
                "--rules.status-alerts",
                "1",
                "--rules.status-interval",
                "1s",
                "--clickhouse.url",
                clickHouse.isEmpty()
                    ? "http://127.0.0.1:" + where.ports().clickhouseHttp()
                    : clickHouse,
                "--clickhouse.database",
                database,
                "--clickhouse.user",
                user));
    if (passwordFile != null) {
      arguments.addAll(
          List.of("--clickhouse.password-file", passwordFile.toAbsolutePath().toString()));
    }
    Process process = BacktestProcess.start(site, folder, arguments);
    Thread killer = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killer);
    follow(process, new BacktestTicks(output), fromMillis, toMillis);
    Runtime.getRuntime().removeShutdownHook(killer);
    try {
      BacktestResult result = BacktestResult.read(output);
      Cache.delete(folder);
      return result;
    } catch (IOException e) {
      throw new Problem(
          "The backtest of %s failed: %s; its log is %s"
              .formatted(rules, e.getMessage(), folder.resolve("backtest.log")),
          e);
    }
  }

  /** Waits until a backtest has ended; on a terminal shows how far it has come. */
  private void follow(Process process, BacktestTicks ticks, long fromMillis, long toMillis)
      throws IOException, InterruptedException {
    Terminal terminal = parent.terminal();
    while (!process.waitFor(BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS)) {
      long tick = ticks.latest();
      if (terminal.live() && !json && tick >= fromMillis && toMillis > fromMillis) {
        terminal.draw(
            List.of(
                terminal
                    .style()
                    .dim(
                        "  evaluated up to %s, %d %%"
                            .formatted(
                                Instant.ofEpochMilli(tick).truncatedTo(ChronoUnit.SECONDS),
                                100 * (tick - fromMillis) / (toMillis - fromMillis)))));
      }
    }
    terminal.erase();
  }
}
