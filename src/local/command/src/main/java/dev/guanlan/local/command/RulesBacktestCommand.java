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
import dev.guanlan.local.stack.JobOption;
import dev.guanlan.local.stack.Site;
import dev.guanlan.local.stack.fetch.Cache;
import dev.guanlan.model.RawRecord;
import dev.guanlan.store.Migrations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

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
  private static final String RULES = "backtest.rules";
  private static final String OUTPUT = "backtest.output";

  /** What Java says of an exception that ends a program. */
  private static final Pattern UNCAUGHT =
      Pattern.compile("^Exception in thread \"main\" [\\w.$]+: (.*)$", Pattern.MULTILINE);

  @ParentCommand private RulesCommand parent;
  @Spec private CommandSpec spec;

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
      names = "--namespace",
      paramLabel = "NAME",
      description =
          "The namespace that the groups run in, on which their ticks depend; of both files"
              + " (default: the name of the first).")
  private String namespace = "";

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

  @Option(
      names = JobOptionsMixin.NAME,
      paramLabel = "NAME=VALUE",
      converter = JobOptionsMixin.AlertingConverter.class,
      description =
          "Evaluate with an option of the alerting job as it has there, such as"
              + " rules.limit-keeps-first=true. May be repeated.")
  private List<JobOption> jobOptions = new ArrayList<>();

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
    Map<String, String> options = options(fromMillis, toMillis);
    Path other = against;
    ShippedRules.check(other == null ? List.of(file) : List.of(file, other));
    BacktestResult first = run(file, options, fromMillis, toMillis);
    BacktestResult second = other == null ? null : run(other, options, fromMillis, toMillis);
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

  /** Returns what each run is told besides its file. */
  Map<String, String> options(long fromMillis, long toMillis) {
    Map<String, String> options = new LinkedHashMap<>();
    // Both files' groups tick at the same times.
    options.put(
        "backtest.namespace", namespace.isEmpty() ? file.getFileName().toString() : namespace);
    options.put("backtest.tenant", tenant);
    options.put("backtest.from", Long.toString(fromMillis));
    options.put("backtest.to", Long.toString(toMillis));
    options.put("rules.status-alerts", "1");
    options.put("rules.status-interval", "1s");
    options.put(
        "clickhouse.url",
        clickHouse.isEmpty()
            ? "http://127.0.0.1:" + place.place().ports().clickhouseHttp()
            : clickHouse);
    options.put("clickhouse.database", database);
    options.put("clickhouse.user", user);
    if (aligned) {
      options.put("rules.aligned", "true");
    }
    if (passwordFile != null) {
      options.put("clickhouse.password-file", passwordFile.toAbsolutePath().toString());
    }
    JobOptionsMixin.requireOnce(jobOptions, spec);
    for (JobOption option : jobOptions) {
      String name = option.name();
      if (List.of(RULES, OUTPUT).contains(name)
          || options.putIfAbsent(name, option.value()) != null) {
        throw new ParameterException(
            spec.commandLine(),
            "%s cannot give %s, which the command gives by itself; leave it out, or use the command's own option"
                .formatted(JobOptionsMixin.NAME, name));
      }
    }
    return options;
  }

  private BacktestResult run(
      Path rules, Map<String, String> options, long fromMillis, long toMillis)
      throws IOException, InterruptedException {
    Place where = place.place();
    Site site =
        new Site(where.root(), where.data(), Cache.ofUser(), notice -> System.err.println(notice));
    Path folder = Files.createTempDirectory(Files.createDirectories(where.data()), "backtest-");
    Path output = folder.resolve("output.jsonl");
    Map<String, String> all = new LinkedHashMap<>(options);
    all.put(RULES, rules.toAbsolutePath().toString());
    all.put(OUTPUT, output.toString());
    List<String> arguments = new ArrayList<>();
    all.forEach((name, value) -> arguments.add("--" + name + "=" + value));
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
      Path log = folder.resolve("backtest.log");
      // Without an output, it was stopped by an option.
      String reason = Files.exists(output) ? e.getMessage() : uncaught(log).orElse(e.getMessage());
      throw new Problem(
          "The backtest of %s failed: %s; its log is %s".formatted(rules, reason, log), e);
    }
  }

  /** Returns what the exception said that ended a program, by the program's log. */
  static Optional<String> uncaught(Path log) throws IOException {
    Matcher matcher = UNCAUGHT.matcher(new String(Files.readAllBytes(log), StandardCharsets.UTF_8));
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
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
