package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.job.alerting.TestingJob.TimedBlock;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.promql.engine.StaleMarker;
import dev.guanlan.rules.RuleFiles;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.schema.AlertTransition;
import dev.guanlan.testing.ClickHouseExtension;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A backtest")
class BacktestITCase {

  @RegisterExtension static final ClickHouseExtension CLICKHOUSE = new ClickHouseExtension();

  private static final String DATABASE = "backtest_it";
  private static final String FILE = "rules.yaml";
  private static final long MINUTE = 60_000;
  private static final long STEP = 5 * MINUTE;

  /** Hours ago, on the grid of minutes. */
  private static final long FROM = System.currentTimeMillis() / MINUTE * MINUTE - 180 * MINUTE;

  private static final long TO = FROM + 120 * MINUTE;

  private static final TreeMap<Long, Map<Labels, Double>> STORED = new TreeMap<>();

  @TempDir Path folder;

  @BeforeAll
  static void store() throws Exception {
    StoredSamples stored = new StoredSamples(CLICKHOUSE, DATABASE);
    for (String instance : List.of("a", "b", "c")) {
      Labels load = Labels.of("__name__", "load", "instance", instance);
      Labels sent = Labels.of("__name__", "sent_total", "instance", instance);
      Map<Double, List<Long>> times = new HashMap<>();
      double total = 0;
      int salt = instance.charAt(0);
      for (int i = 0; i * STEP < 210 * MINUTE; i++) {
        long time = FROM - 90 * MINUTE + i * STEP + salt;
        boolean gap = instance.equals("b") && i > 20 && i < 27;
        if (!gap) {
          put(times, load, time, (double) ((i * 7 + salt) / 5 % 4));
        }
        total += (i + salt) / 6 % 3 == 0 ? 600 : 30;
        keep(sent, time, total);
        stored.store(sent, List.of(time), total);
      }
      if (instance.equals("c")) {
        long ends = FROM + 37 * MINUTE;
        keep(load, ends, StaleMarker.VALUE);
        stored.store(load, List.of(ends), StaleMarker.VALUE);
      }
      for (Map.Entry<Double, List<Long>> each : times.entrySet()) {
        stored.store(load, each.getValue(), each.getKey());
      }
    }
    // What the rules recorded live, and would not have recorded as they are now.
    stored.store(
        Labels.of("__name__", "load:max"),
        List.of(FROM + 10 * MINUTE, FROM + 11 * MINUTE),
        1_000_000);
  }

  private static void put(Map<Double, List<Long>> times, Labels labels, long time, double value) {
    times.computeIfAbsent(value, first -> new ArrayList<>()).add(time);
    keep(labels, time, value);
  }

  private static void keep(Labels labels, long time, double value) {
    STORED.computeIfAbsent(time, first -> new HashMap<>()).put(labels, value);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  @DisplayName("moves alerts as the job that gets the samples tick by tick")
  void likeTheJob(int parallelism) throws Exception {
    String yaml =
        """
        groups:
          - name: levels
            interval: 1m
            rules:
              - {alert: High, expr: "load > 1", for: 4m, labels: {severity: page}}
              - {alert: Held, expr: "load > 2", keep_firing_for: 7m}
              - {record: "load:own", expr: "max(load)"}
              - {alert: Own, expr: "load:own < 3"}
          - name: rates
            interval: 2m
            rules:
              - {alert: Sends, expr: "rate(sent_total[50m]) > 0.7"}
              - {alert: Gone, expr: "absent(load{instance='b'})", for: 2m}
        """;
    List<String> expected = inMemory(yaml);
    assertThat(expected.stream().map(line -> line.split(" ", -1)[1]).distinct())
        .as("every alert moves")
        .contains("High", "Held", "Own", "Sends", "Gone");
    assertThat(transitions(backtest(yaml, parallelism))).isEqualTo(expected);
  }

  @Test
  @DisplayName("reads times that selectors are fixed to, wherever they are")
  void fixedTimes() throws Exception {
    String yaml =
        """
        groups:
          - name: fixed
            interval: 1m
            rules:
              - {alert: Before, expr: "load > load @ BEFORE"}
              - {alert: Nearer, expr: "load > avg_over_time(load[5m] @ NEARER)"}
              - {alert: Within, expr: "load > max_over_time(load[5m:1m] @ WITHIN)"}
              - {alert: Ends, expr: "count(load) > count(load @ ENDS)"}
              - {alert: Ahead, expr: "load @ AHEAD > 0"}
        """
            .replace("BEFORE", Long.toString((FROM - 80 * MINUTE) / 1000))
            .replace("NEARER", Long.toString((FROM - 78 * MINUTE) / 1000))
            .replace("WITHIN", Long.toString((FROM + 20 * MINUTE) / 1000))
            .replace("ENDS", Long.toString((TO - MINUTE) / 1000))
            .replace("AHEAD", Long.toString((TO + 60 * MINUTE) / 1000));
    List<String> expected = inMemory(yaml);
    assertThat(expected.stream().map(line -> line.split(" ", -1)[1]).distinct())
        .as("alerts move")
        .contains("Before", "Nearer", "Within");
    assertThat(transitions(backtest(yaml, 2))).isEqualTo(expected);
  }

  @Test
  @DisplayName("shows groups what others of the file record, and not what was recorded live")
  void acrossGroups() throws Exception {
    String yaml =
        """
        groups:
          - name: reads
            interval: 1m
            rules:
              - {alert: Recorded, expr: "load:max > 2"}
              - {alert: Blind, expr: "nobody_sends_this > 0"}
          - name: records
            interval: 1m
            rules:
              - {record: "load:max", expr: "max(load)"}
        """;
    String one =
        """
        groups:
          - name: both
            interval: 1m
            rules:
              - {record: "load:max", expr: "max(load)"}
              - {alert: Recorded, expr: "load:max > 2"}
        """;
    List<String> lines = backtest(yaml, 2);
    assertThat(transitions(lines)).isEqualTo(inMemory(one)).isNotEmpty();
    assertThat(lines)
        .filteredOn(line -> line.startsWith("{\"status\"") && line.contains("\"reads\""))
        .isNotEmpty()
        .allMatch(line -> line.matches(".*\"Blind\".*\"blind\": true.*"));
  }

  private List<String> backtest(String yaml, int parallelism) throws Exception {
    Path file = Files.writeString(folder.resolve(FILE), yaml);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Backtest.run(
        StreamExecutionEnvironment.createLocalEnvironment(parallelism),
        BacktestOptions.parse(
            "--backtest.rules",
            file.toString(),
            "--backtest.from",
            Long.toString(FROM),
            "--backtest.to",
            Long.toString(TO),
            "--backtest.slice",
            "7 min",
            "--rules.aligned",
            "true",
            // Most slices have more.
            "--backtest.slice-samples",
            "6",
            "--clickhouse.url",
            CLICKHOUSE.url(),
            "--clickhouse.database",
            DATABASE),
        new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static List<String> transitions(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("{\"transition\""))
        .map(
            line ->
                "%s %s %s %s>%s"
                    .formatted(
                        field(line, "\"timestampMillis\": (\\d+)"),
                        field(line, "\"alert\": \"(\\w+)\""),
                        field(line, "\"fingerprint\": \"(\\w+)\""),
                        field(line, "\"from\": \"(\\w+)\""),
                        field(line, "\"to\": \"(\\w+)\"")))
        .sorted()
        .toList();
  }

  private static String field(String line, String pattern) {
    java.util.regex.Matcher matcher = java.util.regex.Pattern.compile(pattern).matcher(line);
    assertThat(matcher.find()).as("%s in %s", pattern, line).isTrue();
    return matcher.group(1);
  }

  /** Runs the operators with a block a tick, from memory. */
  private static List<String> inMemory(String yaml) throws Exception {
    List<RuleChange> rules = new ArrayList<>();
    for (RuleGroup group : RuleFiles.parse(yaml, FILE)) {
      RuleGroup own = group.in(FILE);
      rules.add(
          new RuleChange(
              RuleGroup.key(RawRecord.ANONYMOUS, FILE, own.name()),
              1,
              RuleGroupRecords.toRecord(RawRecord.ANONYMOUS, own, 1)));
    }
    List<TimedBlock> blocks = new ArrayList<>();
    blocks.add(new TimedBlock(block(Long.MIN_VALUE, FROM - 1), FROM - 1));
    for (long tick = FROM; tick <= TO; tick += MINUTE) {
      blocks.add(new TimedBlock(block(tick - MINUTE, tick), tick));
    }
    return TestingJob.run(
            1, AlertingSettings.of(AlertingJob.options("--rules.aligned", "true")), rules, blocks)
        .transitions()
        .stream()
        .map(BacktestITCase::line)
        .sorted()
        .toList();
  }

  private static String line(AlertTransition moved) {
    return "%d %s %s %s>%s"
        .formatted(
            moved.getTimestampMillis(),
            moved.getAlert(),
            moved.getFingerprint(),
            moved.getFrom(),
            moved.getTo());
  }

  private static SampleBlock block(long after, long to) {
    SampleBlock.Builder block = SampleBlock.builder(RawRecord.ANONYMOUS, Origin.NONE);
    STORED
        .subMap(after, false, to, true)
        .forEach(
            (time, samples) ->
                samples.forEach((labels, value) -> block.series(labels).sample(time, value)));
    return block.build();
  }
}
