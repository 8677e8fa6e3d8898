package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.remotewrite.RemoteWriteDecoder;
import dev.guanlan.connector.kafka.rules.RuleGroupTopic;
import dev.guanlan.connector.kafka.rules.RulePlanRecords;
import dev.guanlan.job.common.JobEnvironment;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Topics;
import dev.guanlan.rules.RuleFiles;
import dev.guanlan.schema.AlertState;
import dev.guanlan.schema.AlertTransition;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.schema.RuleGroupPlan;
import dev.guanlan.schema.RuleGroupStatus;
import dev.guanlan.testing.ClickHouseExtension;
import dev.guanlan.testing.KafkaExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A new rule group")
class BootstrapITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  @RegisterExtension static final ClickHouseExtension CLICKHOUSE = new ClickHouseExtension();

  private static final String DATABASE = "bootstrap_it";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final RecordFormat<AlertTransition> FORMAT =
      RecordFormat.of(AlertTransition.class);

  private static final RecordFormat<RuleGroupStatus> STATUSES =
      RecordFormat.of(RuleGroupStatus.class);

  @TempDir Path folder;

  private final String run = UUID.randomUUID().toString();
  private final String file = run + ".yaml";
  private InMemoryReporter metrics = InMemoryReporter.createWithRetainedMetrics();

  @BeforeEach
  void createTopics() {
    KAFKA.createPlatformTopics(2);
  }

  @Test
  @DisplayName("is judged rightly at its first tick, over the hour that is stored")
  void firstTick() throws Exception {
    StoredSamples stored = new StoredSamples(CLICKHOUSE, DATABASE);
    long now = System.currentTimeMillis();
    List<Long> times = new ArrayList<>();
    for (long t = now - 3_600_000; t <= now; t += 15_000) {
      times.add(t);
    }
    stored.store(Labels.of("__name__", "stored", "run", run), times, 7);
    long past = now / 1000 - 10_800;
    stored.store(
        Labels.of("__name__", "past", "run", run),
        List.of((past - 600) * 1000, (past - 599) * 1000, past * 1000, past * 1000 + 1),
        3);
    long activeAt = now / 1000 - 1_200;
    stored.store(
        Labels.of("__name__", "ALERTS_FOR_STATE", "alertname", "Held", "run", run),
        List.of(now - 60_000, now - 1_000),
        (double) activeAt);
    String rules =
        """
        groups:
          - name: bootstrapped
            interval: 1s
            rules:
              - {record: "it:count", expr: "count_over_time(stored{run='RUN'}[30m])"}
              - {record: "it:avg", expr: "avg_over_time(stored{run='RUN'}[1h])"}
              - {record: "it:past", expr: "sum_over_time(past{run='RUN'}[10m] @ PAST)"}
              - {alert: Much, expr: "sum_over_time(stored{run='RUN'}[50m]) > 1000"}
              - {alert: Held, expr: "stored{run='RUN'} > 0", for: 15m}
              - alert: Owned
                expr: label_replace(vector(1), "job", "shop/RUN", "", "")
                labels: {run: RUN, owner: "{{ $topology.owner }}"}
        """
            .replace("PAST", Long.toString(past));
    rules(rules);
    ToldTopology topology =
        new ToldTopology()
            .resource(
                Labels.of("service.name", run, "service.namespace", "shop", "team", "payments"), 1);
    topology.publish(KAFKA.bootstrapServers());

    JobClient job = start(CLICKHOUSE.url(), null);
    String savepoint;
    try {
      await().atMost(PATIENCE).until(() -> recorded("it:count").size() > 3);
      SortedMap<Long, Double> counts = recorded("it:count");
      counts.forEach(
          (tick, count) ->
              assertThat(count)
                  .as("of the half hour before the tick")
                  .isEqualTo(
                      (double)
                          times.stream().filter(t -> t > tick - 1_800_000 && t <= tick).count()));
      long first = counts.firstKey();
      assertThat(recorded("it:avg")).containsEntry(first, 7.0);
      assertThat(recorded("it:past").values())
          .as("of the time that it is fixed to")
          .isNotEmpty()
          .containsOnly(6.0);
      AlertTransition much = transitions("Much").get(0);
      assertThat(much.getTimestampMillis()).isEqualTo(first);
      AlertTransition held = transitions("Held").get(0);
      assertThat(held.getTimestampMillis()).as("fires again at once").isEqualTo(first);
      assertThat(held.getTo()).isEqualTo(AlertState.FIRING);
      assertThat(held.getActiveAtMillis()).isEqualTo(activeAt * 1000);
      assertThat(transitions("Owned").get(0).getLabels()).containsEntry("owner", "payments");
      assertThat(count(job, AlertingNames.BOOTSTRAPS)).isEqualTo(1);
      assertThat(count(job, AlertingNames.BOOTSTRAP_FAILURES)).isZero();

      // Nothing new is looked at, and so nothing is read or waited for.
      rules(rules.replace("avg_over_time(", "2 * avg_over_time("));
      await().atMost(PATIENCE).until(() -> recorded("it:avg").containsValue(14.0));
      assertThat(count(job, AlertingNames.BOOTSTRAPS)).isEqualTo(1);
    } finally {
      savepoint =
          job.stopWithSavepoint(
                  false, folder.resolve("savepoints").toString(), SavepointFormatType.NATIVE)
              .get();
    }

    topology.gone(2).publish(KAFKA.bootstrapServers());
    int before = recorded("it:count").size();
    metrics = InMemoryReporter.createWithRetainedMetrics();
    JobClient again = start(CLICKHOUSE.url(), savepoint);
    try {
      await().atMost(PATIENCE).until(() -> recorded("it:count").size() > before);
      assertThat(count(again, AlertingNames.BOOTSTRAPS)).as("after a restart").isZero();
      assertThat(recorded("it:past").values()).containsOnly(6.0);
      assertThat(transitions("Held")).hasSize(1);
      assertThat(transitions("Owned")).as("its service is gone meanwhile").hasSize(1);

      // It is known what is filled already.
      rules(rules.replace("avg_over_time(", "3 * avg_over_time("));
      await().atMost(PATIENCE).until(() -> recorded("it:avg").containsValue(21.0));
      assertThat(count(again, AlertingNames.BOOTSTRAPS)).isZero();
    } finally {
      again.cancel().get();
      rules("groups: []");
    }
  }

  @Test
  @DisplayName(
      "goes over to shards at once if it is big, as these have the same hour from the store")
  void big() throws Exception {
    StoredSamples stored = new StoredSamples(CLICKHOUSE, DATABASE);
    long now = System.currentTimeMillis();
    List<Long> times = new ArrayList<>();
    for (long t = now - 3_600_000; t <= now; t += 15_000) {
      times.add(t);
    }
    for (String job : List.of("a", "b", "c", "d")) {
      stored.store(Labels.of("__name__", "big", "job", job, "run", run), times, 7);
      stored.store(Labels.of("__name__", "more", "job", job, "run", run), times, 7);
    }
    String rules =
        """
        groups:
          - name: big
            interval: 1s
            rules:
              - {record: "it:big", expr: "sum by (run) (count_over_time(big{run='RUN'}[1h]))"}
              - {record: "it:shards", expr: "vector(1)", labels: {run: RUN}}
        """;
    rules(rules);
    JobClient job =
        start(
            CLICKHOUSE.url(),
            null,
            "--rules.hot-group-series",
            "4",
            "--rules.hot-group-shards",
            "3");
    try {
      await().atMost(PATIENCE).until(this::isInShards);
      assertThat(count(job, AlertingNames.SHARD_BOOTSTRAPS)).isEqualTo(3);
      int before = recorded("it:shards").size();
      await().atMost(PATIENCE).until(() -> recorded("it:shards").size() > before + 5);
      Set<Long> ticks = recorded("it:shards").keySet();
      SortedMap<Long, Double> counts = recorded("it:big");
      assertThat(counts.keySet()).as("no tick is without").containsAll(ticks);
      assertCountTheHour(counts, times);

      // Its next version takes over when the shards that it has got are filled, too.
      rules(
          rules
              + """
                - {record: "it:more", expr: "sum by (run) (count_over_time(more{run='RUN'}[1h]))"}
              """
                  .indent(4));
      await().atMost(PATIENCE).until(() -> recorded("it:more").size() > 2);
      assertCountTheHour(recorded("it:more"), times);
      assertThat(count(job, AlertingNames.SHARD_BOOTSTRAPS)).isEqualTo(6);
    } finally {
      job.cancel().get();
      rules("groups: []");
    }
  }

  private static void assertCountTheHour(SortedMap<Long, Double> counts, List<Long> times) {
    counts.forEach(
        (tick, count) ->
            assertThat(count)
                .as("of the hour before the tick, of four series")
                .isEqualTo(
                    4.0 * times.stream().filter(t -> t > tick - 3_600_000 && t <= tick).count()));
  }

  private boolean isInShards() throws Exception {
    for (ConsumerRecord<byte[], byte[]> record : KAFKA.committed(Topics.RULE_PLANS)) {
      RuleGroupPlan plan = RulePlanRecords.decode(record.key(), record.value());
      if (plan.getNamespace().equals(file) && !plan.getToGroup()) {
        return true;
      }
    }
    return false;
  }

  @Test
  @DisplayName("has all of a history of millions of samples, unless that is more than it may be")
  void isLong() throws Exception {
    StoredSamples stored = new StoredSamples(CLICKHOUSE, DATABASE);
    long from = System.currentTimeMillis() - 3_600_000;
    int series = 6;
    int samples = 360_000;
    assertThat((long) series * samples).isGreaterThan(ReadHistory.MOST_SAMPLES_OF_SHORT);
    for (int i = 0; i < series; i++) {
      stored.storeEvery(
          Labels.of("__name__", "long", "n", Integer.toString(i), "run", run),
          from,
          10,
          samples,
          7);
    }
    String rules =
        """
        groups:
          - name: NAME
            interval: 5s
            rules:
              - {record: "it:NAME", expr: "sum by (run) (count_over_time(long{run='RUN'}[50m]))"}
        """;
    rules(rules.replace("NAME", "long"));
    JobClient job = start(CLICKHOUSE.url(), null);
    try {
      await().atMost(PATIENCE).until(() -> recorded("it:long").size() > 1);
      recorded("it:long")
          .forEach(
              (tick, count) -> {
                long last = Math.min(samples - 1, Math.floorDiv(tick - from, 10L));
                long before = Math.floorDiv(tick - 3_000_000 - from, 10L);
                assertThat(count)
                    .as("of the fifty minutes before the tick")
                    .isEqualTo((double) series * (last - before));
              });
      assertThat(count(job, AlertingNames.BOOTSTRAPS)).isEqualTo(1);
      assertThat(count(job, AlertingNames.BOOTSTRAP_FAILURES)).isZero();
      assertThat(statuses())
          .isNotEmpty()
          .allSatisfy(status -> assertThat(status.getMissingHistory()).isEmpty());
    } finally {
      job.cancel().get();
      rules("groups: []");
    }

    rules(rules.replace("NAME", "less"));
    metrics = InMemoryReporter.createWithRetainedMetrics();
    job = start(CLICKHOUSE.url(), null, "--rules.bootstrap-max-samples", "1000000");
    try {
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  statuses().stream()
                      .map(RuleGroupStatus::getMissingHistory)
                      .anyMatch(
                          missing ->
                              missing.contains("there are more than 1000000 samples")
                                  && missing.contains("--rules.bootstrap-max-samples")));
      assertThat(count(job, AlertingNames.BOOTSTRAP_FAILURES)).isEqualTo(1);
    } finally {
      job.cancel().get();
      rules("groups: []");
    }
  }

  @Test
  @DisplayName("begins without its history when ClickHouse is away, which is counted and told")
  void away() throws Exception {
    rules(
        """
        groups:
          - name: alone
            interval: 1s
            rules:
              - {record: "it:alone", expr: "vector(1) or on() up{run='RUN'}", labels: {run: RUN}}
        """);
    JobClient job = start("http://127.0.0.1:1", null);
    try {
      await().atMost(PATIENCE).until(() -> !recorded("it:alone").isEmpty());
      assertThat(count(job, AlertingNames.BOOTSTRAP_FAILURES)).isEqualTo(1);
      assertThat(count(job, AlertingNames.BOOTSTRAPS)).isZero();
      await().atMost(PATIENCE).until(() -> !statuses().isEmpty());
      assertThat(statuses().get(0).getMissingHistory())
          .contains("are missing", "--rules.bootstrap-timeout");
    } finally {
      job.cancel().get();
      rules("groups: []");
    }
  }

  private void rules(String yaml) throws Exception {
    new RuleGroupTopic(KAFKA.bootstrapServers())
        .replace(
            RawRecord.ANONYMOUS, Set.of(file), RuleFiles.parse(yaml.replace("RUN", run), file));
  }

  private long count(JobClient job, String counter) {
    return metrics.findMetrics(job.getJobID(), counter).values().stream()
        .mapToLong(each -> ((Counter) each).getCount())
        .sum();
  }

  private JobClient start(String clickHouse, @Nullable String savepoint, String... more)
      throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(1));
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        folder.resolve("checkpoints").toUri().toString());
    if (savepoint != null) {
      configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    }
    metrics.addToConfiguration(configuration);
    StreamExecutionEnvironment env =
        JobEnvironment.prepare(StreamExecutionEnvironment.createLocalEnvironment(2, configuration));
    List<String> options = new ArrayList<>(List.of(more));
    options.addAll(
        List.of(
            "--kafka.bootstrap-servers", KAFKA.bootstrapServers(),
            "--kafka.group-id", "it-" + run,
            "--kafka.transactional-id-prefix", "it-" + run,
            "--source.start", "latest",
            "--watermark.lag", "100 ms",
            "--watermark.idle-timeout", "1 s",
            "--watermark.start-timeout", "1 s",
            "--alertmanager.urls", "",
            "--clickhouse.url", clickHouse,
            "--clickhouse.database", DATABASE,
            "--rules.bootstrap-delay", "0 s",
            "--rules.bootstrap-timeout", "10 s"));
    AlertingJob.build(env, AlertingJob.options(options.toArray(String[]::new)));
    return env.executeAsync("bootstrap it");
  }

  /** Returns what was recorded of a metric in this run, by time. */
  private SortedMap<Long, Double> recorded(String metric) throws Exception {
    SortedMap<Long, Double> samples = new TreeMap<>();
    RemoteWriteDecoder decoder = new RemoteWriteDecoder(DecoderLimits.DEFAULTS);
    for (ConsumerRecord<byte[], byte[]> record : KAFKA.committed(Topics.RECORDED_METRICS)) {
      SampleBlock block =
          decoder.decode(
              new RawRecord(
                  RawRecord.ANONYMOUS,
                  Encoding.PROMETHEUS_REMOTE_WRITE,
                  0,
                  record.key(),
                  record.value(),
                  Origin.NONE));
      for (int s = 0; s < block.seriesCount(); s++) {
        Map<String, String> labels = block.labels(s).toMap();
        if (metric.equals(labels.get(Labels.METRIC_NAME)) && run.equals(labels.get("run"))) {
          for (int i = block.firstSample(s); i < block.endSample(s); i++) {
            samples.put(block.timestamp(i), block.value(i));
          }
        }
      }
    }
    return Collections.unmodifiableSortedMap(samples);
  }

  private List<RuleGroupStatus> statuses() throws Exception {
    List<RuleGroupStatus> statuses = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : KAFKA.committed(Topics.RULE_STATUS)) {
      if (record.value() != null) {
        RuleGroupStatus status = STATUSES.decode(record.value());
        if (status.getNamespace().equals(file)) {
          statuses.add(status);
        }
      }
    }
    return statuses;
  }

  private List<AlertTransition> transitions(String alert) throws Exception {
    List<AlertTransition> transitions = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : KAFKA.committed(Topics.ALERTS)) {
      AlertTransition transition = FORMAT.decode(record.value());
      if (run.equals(transition.getLabels().get("run")) && alert.equals(transition.getAlert())) {
        transitions.add(transition);
      }
    }
    return transitions;
  }
}
