package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.remotewrite.RemoteWriteDecoder;
import dev.guanlan.codec.remotewrite.RemoteWriteEncoder;
import dev.guanlan.connector.kafka.rules.RuleGroupTopic;
import dev.guanlan.connector.kafka.rules.RulePlanRecords;
import dev.guanlan.job.common.JobEnvironment;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawHeaders;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Topics;
import dev.guanlan.rules.RuleFiles;
import dev.guanlan.schema.AlertTransition;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.schema.RuleGroupPlan;
import dev.guanlan.testing.AlertmanagerExtension;
import dev.guanlan.testing.KafkaExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Runs the whole job between the real Kafka and the real Alertmanager. */
class AlertingJobITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  @RegisterExtension static final AlertmanagerExtension ALERTMANAGER = new AlertmanagerExtension();

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final RecordFormat<AlertTransition> FORMAT =
      RecordFormat.of(AlertTransition.class);

  @TempDir Path checkpoints;

  private final String run = UUID.randomUUID().toString();

  @Test
  void anAlertGoesFromASampleToAlertmanagerAndIsResolved() throws Exception {
    KAFKA.createPlatformTopics(2);
    String rules =
        """
        groups:
          - name: it
            interval: 1s
            rules:
              - {record: "it:up:min", expr: "min by (run) (up{run='RUN'})"}
              - alert: Down
                expr: it:up:min == 0
                for: 2s
                labels: {severity: page}
                annotations: {summary: "{{ $labels.run }} is down"}
              - alert: Owned
                expr: label_replace(it:up:min == 0, "job", "shop/RUN", "", "")
                labels: {owner: "{{ $topology.owner }}"}
                annotations: {summary: "{{ range $topology.dependants }}{{ . }} cannot pay{{ end }}"}
        """
            .replace("RUN", run);
    new ToldTopology()
        .resource(
            Labels.of("service.name", run, "service.namespace", "shop", "team", "payments"), 1)
        .call("service:shop/front", "service:shop/" + run)
        .publish(KAFKA.bootstrapServers());
    RuleGroupTopic topic = new RuleGroupTopic(KAFKA.bootstrapServers());
    String file = run + ".yaml";
    topic.replace(RawRecord.ANONYMOUS, Set.of(file), RuleFiles.parse(rules, file));

    JobClient job = start();
    try (Agent agent = new Agent()) {
      agent.up = 0;
      awaitWhileSending(agent, () -> alertmanager().contains("\"severity\":\"page\""));
      assertThat(alertmanager())
          .contains(run + " is down")
          .contains("\"owner\":\"payments\"")
          .contains("\"summary\":\"front cannot pay\"");
      agent.up = 1;
      awaitWhileSending(agent, () -> alertmanager().equals("[]"));
      await().atMost(PATIENCE).until(() -> transitions().size() >= 3);
      assertThat(transitions())
          .containsExactly("INACTIVE→PENDING", "PENDING→FIRING", "FIRING→RESOLVED");
      await().atMost(PATIENCE).until(() -> !KAFKA.committed(Topics.RECORDED_METRICS).isEmpty());
    } finally {
      job.cancel().get();
      topic.replace(RawRecord.ANONYMOUS, Set.of(file), List.of());
    }
  }

  @Test
  void aChangeOfRulesIsFollowedWithoutRestartAndLeavesOtherRulesTheirAlerts() throws Exception {
    KAFKA.createPlatformTopics(2);
    String rules =
        """
        groups:
          - name: changing
            interval: 1s
            rules:
              - {alert: Kept, expr: "up{run='RUN'} == 0", for: 1s}
              - {alert: Changed, expr: "up{run='RUN'} == 7", for: 1s}
              - {alert: Removed, expr: "up{run='RUN'} == 0", for: 1s}
        """
            .replace("RUN", run);
    RuleGroupTopic topic = new RuleGroupTopic(KAFKA.bootstrapServers());
    String file = run + ".yaml";
    topic.replace(RawRecord.ANONYMOUS, Set.of(file), RuleFiles.parse(rules, file));

    JobClient job = start();
    try (Agent agent = new Agent()) {
      awaitWhileSending(agent, () -> alertnames().equals(Set.of("Kept", "Removed")));

      // Its place in the group changes too: rules are told by name and labels, as in Prometheus.
      String changed =
          """
          groups:
            - name: changing
              interval: 1s
              rules:
                - {alert: Changed, expr: "up{run='RUN'} == 0", for: 1s}
                - {alert: Kept, expr: "up{run='RUN'} == 0", for: 1s}
          """
              .replace("RUN", run);
      topic.replace(RawRecord.ANONYMOUS, Set.of(file), RuleFiles.parse(changed, file));
      awaitWhileSending(agent, () -> alertnames().contains("Changed"));
      awaitWhileSending(agent, () -> moves("Changed").size() == 2 && moves("Removed").size() == 3);
      assertThat(moves("Removed"))
          .containsExactly("INACTIVE→PENDING", "PENDING→FIRING", "FIRING→RESOLVED");
      assertThat(moves("Kept"))
          .as("neither resolved nor pending once more")
          .containsExactly("INACTIVE→PENDING", "PENDING→FIRING");

      topic.replace(RawRecord.ANONYMOUS, Set.of(file), List.of());
      // A job that is cancelled leaves its transaction open, and who reads what is committed waits
      // behind it: nothing may be in it.
      awaitWhileSending(agent, () -> moves("Kept").size() == 3 && moves("Changed").size() == 3);
      assertThat(alertnames())
          .as("what is removed times out at Alertmanager")
          .containsExactlyInAnyOrder("Kept", "Changed", "Removed");
    } finally {
      job.cancel().get();
    }
  }

  @Test
  void aGroupSeesWhatOtherGroupsOfItsTenantRecordAndEachSampleIsRecordedOnce() throws Exception {
    KAFKA.createPlatformTopics(2);
    String records =
        """
        groups:
          - name: records
            interval: 1s
            rules:
              - {record: "it:up:max", expr: "max by (run) (up{run='RUN'})"}
        """
            .replace("RUN", run);
    String looks =
        """
        groups:
          - name: looks
            interval: 1s
            rules:
              - {alert: High, expr: "it:up:max{run='RUN'} == 5"}
          - name: echoes
            interval: 1s
            rules:
              - {alert: Echo, expr: "ALERTS{alertname='High', alertstate='firing', run='RUN'}"}
        """
            .replace("RUN", run);
    String foreign =
        """
        groups:
          - name: looks
            interval: 1s
            rules:
              - {alert: Foreign, expr: "{__name__=~'up|it:up:max', run='RUN'}"}
              - {alert: Ticks, expr: "vector(1)", labels: {run: 'RUN'}}
        """
            .replace("RUN", run);
    RuleGroupTopic topic = new RuleGroupTopic(KAFKA.bootstrapServers());
    String other = "other-" + run;
    Set<String> files = Set.of(run + "-records.yaml", run + "-looks.yaml");
    topic.replace(
        RawRecord.ANONYMOUS,
        Set.of(run + "-records.yaml"),
        RuleFiles.parse(records, run + "-records.yaml"));
    topic.replace(
        RawRecord.ANONYMOUS,
        Set.of(run + "-looks.yaml"),
        RuleFiles.parse(looks, run + "-looks.yaml"));
    topic.replace(other, Set.of("foreign.yaml"), RuleFiles.parse(foreign, "foreign.yaml"));

    JobClient job = start();
    try (Agent agent = new Agent()) {
      agent.up = 5;
      awaitWhileSending(agent, () -> alertnames().containsAll(Set.of("High", "Echo", "Ticks")));
      agent.up = 4;
      awaitWhileSending(agent, () -> alertnames().equals(Set.of("Ticks")));
      awaitWhileSending(agent, () -> moves("Echo").size() == 2);
      awaitWhileSending(
          agent, () -> recordedTimes("it:up:max").size() > 2 && recordedTimes("ALERTS").size() > 2);
      assertThat(moves("Foreign")).as("another tenant's rules see none of it").isEmpty();
      assertThat(recordedTimes("it:up:max")).doesNotHaveDuplicates();
      assertThat(recordedTimes("ALERTS")).doesNotHaveDuplicates();
    } finally {
      job.cancel().get();
      topic.replace(RawRecord.ANONYMOUS, files, List.of());
      topic.replace(other, Set.of("foreign.yaml"), List.of());
    }
  }

  @Test
  void whatIsAbsentFiresWhileAndOnceNobodySendsAnythingAtAll() throws Exception {
    KAFKA.createPlatformTopics(2);
    String rules =
        """
        groups:
          - name: silent
            interval: 1s
            rules: [{alert: Gone, expr: "absent_over_time(up{run='RUN'}[3s])", for: 2s}]
        """
            .replace("RUN", run);
    RuleGroupTopic topic = new RuleGroupTopic(KAFKA.bootstrapServers());
    String file = run + ".yaml";
    topic.replace(RawRecord.ANONYMOUS, Set.of(file), RuleFiles.parse(rules, file));
    JobClient job = start();
    try (Agent agent = new Agent()) {
      await().atMost(PATIENCE).until(() -> alertnames().equals(Set.of("Gone")));
      awaitWhileSending(agent, () -> alertnames().isEmpty());
      await().atMost(PATIENCE).until(() -> alertnames().equals(Set.of("Gone")));
      await().atMost(PATIENCE).until(() -> moves("Gone").size() >= 5);
      assertThat(moves("Gone"))
          .startsWith(
              "INACTIVE→PENDING",
              "PENDING→FIRING",
              "FIRING→RESOLVED",
              "RESOLVED→PENDING",
              "PENDING→FIRING");
      // So that nothing is in a transaction that the end leaves open: see above.
      topic.replace(RawRecord.ANONYMOUS, Set.of(file), List.of());
      await().atMost(PATIENCE).until(() -> moves("Gone").size() >= 6);
    } finally {
      job.cancel().get();
      topic.replace(RawRecord.ANONYMOUS, Set.of(file), List.of());
    }
  }

  @Test
  void aGroupGoesOverToShardsByThePlansTopic() throws Exception {
    KAFKA.createPlatformTopics(2);
    String rules =
        """
        groups:
          - name: big
            interval: 1s
            rules: [{alert: Big, expr: "max by (run) (last_over_time(up{run='RUN'}[1m])) == 0"}]
        """
            .replace("RUN", run);
    RuleGroupTopic topic = new RuleGroupTopic(KAFKA.bootstrapServers());
    String file = run + ".yaml";
    topic.replace(RawRecord.ANONYMOUS, Set.of(file), RuleFiles.parse(rules, file));
    JobClient job = start("--rules.hot-group-series", "1", "--rules.hot-group-shards", "3");
    try (Agent agent = new Agent()) {
      agent.up = 1;
      awaitWhileSending(agent, () -> plans(file).equals(List.of("prepare 1", "3 shards")));
      agent.up = 0;
      awaitWhileSending(agent, () -> alertnames().equals(Set.of("Big")));
      agent.up = 1;
      awaitWhileSending(agent, () -> moves("Big").size() == 2);
      topic.replace(RawRecord.ANONYMOUS, Set.of(file), List.of());
      awaitWhileSending(agent, () -> plans(file).contains("ended"));
    } finally {
      job.cancel().get();
    }
  }

  private static List<String> plans(String file) throws Exception {
    List<String> plans = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : KAFKA.committed(Topics.RULE_PLANS)) {
      RuleGroupPlan plan = RulePlanRecords.decode(record.key(), record.value());
      int routes = plan.getRoutes().size();
      if (plan.getNamespace().equals(file)) {
        String way = plan.getToGroup() ? "prepare " + routes : "3 shards";
        plans.add(routes == 0 ? "ended" : way);
      }
    }
    return plans;
  }

  /** Returns series and time of every sample that was recorded of a metric in this run. */
  private List<String> recordedTimes(String metric) throws Exception {
    List<String> times = new ArrayList<>();
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
        Labels labels = block.labels(s);
        if (labels.metricName().equals(metric) && labels.getOrEmpty("run").equals(run)) {
          for (int i = block.firstSample(s); i < block.endSample(s); i++) {
            times.add(labels + " " + block.timestamp(i));
          }
        }
      }
    }
    return times;
  }

  private static void awaitWhileSending(Agent agent, Callable<Boolean> condition) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              agent.send();
              return condition.call();
            });
  }

  /** Returns the names of this run's alerts that Alertmanager holds. */
  private Set<String> alertnames() throws Exception {
    Matcher names = Pattern.compile("\"alertname\":\"(\\w+)\"").matcher(alertmanager());
    return names.results().map(each -> each.group(1)).collect(Collectors.toSet());
  }

  private JobClient start(String... more) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(1));
    configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    StreamExecutionEnvironment env =
        JobEnvironment.prepare(StreamExecutionEnvironment.createLocalEnvironment(2, configuration));
    List<String> options = new ArrayList<>(List.of(more));
    options.addAll(
        List.of(
            "--kafka.bootstrap-servers",
            KAFKA.bootstrapServers(),
            "--kafka.group-id",
            "it-" + run,
            "--kafka.transactional-id-prefix",
            "it-" + run,
            "--source.start",
            "latest",
            "--watermark.lag",
            "100 ms",
            "--watermark.idle-timeout",
            "1 s",
            "--watermark.start-timeout",
            "1 s",
            "--alertmanager.urls",
            "http://127.0.0.1:1," + ALERTMANAGER.url()));
    AlertingJob.build(env, AlertingJob.options(options.toArray(String[]::new)));
    return env.executeAsync("alerting it");
  }

  /** Pushes samples as an agent does. */
  private final class Agent implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, KAFKA.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    private double up;

    private void send() throws Exception {
      SampleBlock block =
          SampleBlock.builder(RawRecord.ANONYMOUS, Origin.NONE)
              .series(Labels.of("__name__", "up", "run", run))
              .sample(System.currentTimeMillis(), up)
              .build();
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(
              Topics.PROMETHEUS_REMOTE_WRITE, new RemoteWriteEncoder().encode(block));
      record
          .headers()
          .add(
              RawHeaders.ENCODING,
              Encoding.PROMETHEUS_REMOTE_WRITE.getBytes(StandardCharsets.UTF_8));
      producer.send(record).get();
    }

    @Override
    public void close() {
      producer.close();
    }
  }

  private String alertmanager() throws Exception {
    String filter = "run%3D%22" + run + "%22";
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(
                    URI.create(ALERTMANAGER.url() + "/api/v2/alerts?filter=" + filter))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body()
        .strip();
  }

  private List<String> transitions() throws Exception {
    return moves("Down");
  }

  /** Returns how an alert of this run has moved. */
  private List<String> moves(String alert) throws Exception {
    List<String> moves = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : KAFKA.committed(Topics.ALERTS)) {
      AlertTransition transition = FORMAT.decode(record.value());
      if (run.equals(transition.getLabels().get("run"))
          && alert.equals(transition.getLabels().get("alertname"))) {
        moves.add(transition.getFrom() + "→" + transition.getTo());
      }
    }
    return moves;
  }
}
