package dev.guanlan.job.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.connector.kafka.CompactedTopic;
import dev.guanlan.job.common.JobEnvironment;
import dev.guanlan.job.common.JobOptions;
import dev.guanlan.job.common.enrich.TopologyRecords;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Topics;
import dev.guanlan.schema.DeadLetter;
import dev.guanlan.testing.KafkaExtension;
import dev.guanlan.testing.Neo4jExtension;
import dev.guanlan.topology.Change;
import dev.guanlan.topology.Place;
import dev.guanlan.topology.TopologyIndex;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.neo4j.driver.AuthTokens;
import org.neo4j.driver.Driver;
import org.neo4j.driver.GraphDatabase;

@DisplayName("The topology job, with a real Kafka and a real Neo4j,")
@Timeout(1_200)
final class TopologyJobITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  @RegisterExtension static final Neo4jExtension NEO4J = new Neo4jExtension();

  private static final String INSTANCES = Topics.CLOUDQUERY_PREFIX + "aws_ec2_instances";
  private static final String BUCKETS = Topics.CLOUDQUERY_PREFIX + "aws_s3_buckets";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir static Path folder;

  private int spans;

  @Test
  @DisplayName("keeps graph and topic over garbage, an outage of Neo4j and a savepoint")
  void wholeLife() throws Exception {
    KAFKA.createPlatformTopics(2);
    KAFKA.createTopic(INSTANCES, 1);
    JobClient first = start(null);
    send(
        INSTANCES,
        0,
        ("{\"_cq_id\":\"1\",\"account_id\":\"123456789012\",\"region\":\"eu-west-1\",\"arn\":"
                + "\"arn:aws:ec2:eu-west-1:123456789012:instance/h1\",\"instance_id\":\"h1\"}\n")
            .getBytes(UTF_8));
    send(Topics.OTLP_METRICS, 0, Telemetry.metrics("host.name", "h1", "team", "sre"));
    send(
        Topics.OTLP_LOGS,
        1,
        Telemetry.logs(
            now(),
            "k8s.cluster.name",
            "prod",
            "k8s.namespace.name",
            "shop",
            "k8s.deployment.name",
            "cart",
            "k8s.pod.name",
            "cart-0",
            "k8s.pod.uid",
            "u1"));
    for (String topic : List.of(Topics.OTLP_METRICS, Topics.OTLP_LOGS, Topics.OTLP_SPANS)) {
      send(topic, 0, "garbage".getBytes(UTF_8));
    }
    call("web", "cart", 1);
    call("cart", null, 0);

    awaitCalls("web->cart", "cart->redis");
    assertThat(statistics("web", "cart"))
        .containsEntry("count", 1L)
        .containsEntry("errors", 1L)
        .containsEntry("duration_max_ms", 20.0);
    // Metrics and logs come by sources of their own, each at its own pace.
    awaitRows(
        "MATCH (:Service {name: 'cart'})<-[:INSTANCE_OF]-(:ServiceInstance)-[:RUNS_ON]->(h:Host)"
            + "-[:OWNED_BY]->(t:Team) RETURN h.name + ' ' + t.name",
        "h1 sre");
    awaitRows(
        "MATCH (p:K8sPod)-[:PART_OF]->(d:K8sDeployment)-[:PART_OF]->(:K8sNamespace)"
            + "-[:PART_OF]->(c:K8sCluster) RETURN p.name + ' ' + d.name + ' ' + c.name",
        "cart-0 cart prod");
    awaitRows(
        "MATCH (h:Host)-[:RUNS_ON]->(r:Entity {type: 'cloud.resource'})"
            + "-[:PART_OF]->(a:Entity {type: 'cloud.account'})"
            + " RETURN h.name + ' ' + r.name + ' ' + a.name",
        "h1 h1 123456789012");
    awaitPlace(
        Labels.of("namespace", "shop", "pod", "cart-0"),
        new Place("prod", "shop", "cart", "", "", ""));
    awaitPlace(
        Labels.of("job", "shop/cart", "instance", "cart-1"),
        new Place("", "shop", "", "h1", "cart", "sre"));

    NEO4J.kill();
    call("web", "pay", 1);
    NEO4J.start();
    awaitCalls("web->cart", "cart->redis", "web->pay");
    awaitPlace(
        Labels.of("job", "shop/pay", "instance", "pay-1"),
        new Place("", "shop", "", "h1", "pay", "sre"));
    assertThat(first.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);

    String savepoint =
        first.stopWithSavepoint(false, folder.toString(), SavepointFormatType.NATIVE).get();
    call("pay", "bank", 1);
    JobClient second = start(savepoint);
    awaitCalls("web->cart", "cart->redis", "web->pay", "pay->bank");
    // A relation may be written before the entities that it joins.
    awaitRows("MATCH (e:Entity) WHERE e.version IS NULL RETURN e.id");
    second.cancel().get();
  }

  @Test
  @DisplayName("keeps apart one in a hundred records of CloudQuery that are poison, and runs on")
  void poison() throws Exception {
    KAFKA.createPlatformTopics(2);
    KAFKA.createTopic(BUCKETS, 1);
    JobClient job = start(null);
    List<Long> poisoned = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      boolean good = i % 100 != 50;
      String bucket = "arn:aws:s3:::bucket-" + i;
      String row =
          "{\"_cq_id\":\"%d\",\"account_id\":\"210987654321\",\"arn\":\"%s\",\"name\":\"bucket-%d\"}\n"
              .formatted(i, bucket, i);
      long offset = send(BUCKETS, 0, (good ? row : "\0" + row).getBytes(UTF_8));
      if (!good) {
        poisoned.add(offset);
      }
    }
    awaitRows(
        "MATCH (r:Entity {type: 'cloud.resource'})-[:PART_OF]->(a:Entity {name: '210987654321'})"
            + " RETURN toString(count(r))",
        "396");
    assertThat(
            KAFKA.await(
                Topics.DEAD_LETTERS,
                DeadLetter.getDecoder()::decode,
                letter -> letter.getTopic().equals(BUCKETS),
                letters -> letters.size() >= poisoned.size(),
                PATIENCE))
        .allSatisfy(letter -> assertThat(letter.getJob()).isEqualTo("topology"))
        .allSatisfy(letter -> assertThat(letter.getReason()).isNotBlank())
        .extracting(DeadLetter::getOffset)
        .containsExactlyInAnyOrderElementsOf(poisoned);
    assertThat(job.getJobStatus().get())
        .as("it would be FAILED if anything had stopped it: there are no restarts here")
        .isEqualTo(JobStatus.RUNNING);
    job.cancel().get();
  }

  private static long now() {
    return System.currentTimeMillis();
  }

  /** Sends the two spans of a failed call, the answer first; without a callee, a call to Redis. */
  private void call(String from, @Nullable String to, int partition) {
    int caller = ++spans;
    if (to != null) {
      send(
          Topics.OTLP_SPANS,
          1 - partition,
          Telemetry.span(to, caller, ++spans, caller, SpanKind.SPAN_KIND_SERVER, true, now()));
    }
    send(
        Topics.OTLP_SPANS,
        partition,
        Telemetry.span(
            from,
            caller,
            caller,
            0,
            SpanKind.SPAN_KIND_CLIENT,
            false,
            now(),
            to == null ? "db.system" : "url.full",
            "redis"));
  }

  private static void awaitCalls(String... expected) {
    awaitRows("MATCH (a:Entity)-[:CALLS]->(b:Entity) RETURN a.name + '->' + b.name", expected);
  }

  private static void awaitRows(String cypher, String... expected) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(query(cypher)).containsExactlyInAnyOrder(expected));
  }

  private static Map<String, Object> statistics(String from, String to) {
    try (Driver driver = GraphDatabase.driver(NEO4J.boltUri(), AuthTokens.none())) {
      return driver
          .executableQuery(
              "MATCH (:Service {name: $from})-[r:CALLS]->(:Service {name: $to}) RETURN r {.*} AS r")
          .withParameters(Map.of("from", from, "to", to))
          .execute()
          .records()
          .get(0)
          .get("r")
          .asMap();
    }
  }

  private static List<String> query(String cypher) {
    try (Driver driver = GraphDatabase.driver(NEO4J.boltUri(), AuthTokens.none())) {
      return driver.executableQuery(cypher).execute().records().stream()
          .map(record -> record.get(0).asString())
          .toList();
    }
  }

  private static void awaitPlace(Labels labels, Place place) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> assertThat(topic().place("anonymous", labels)).isEqualTo(place));
  }

  /** Returns what the topology topic holds, transactions that are not committed left out. */
  private static TopologyIndex topic() {
    Properties consumer = new Properties();
    consumer.setProperty("bootstrap.servers", KAFKA.bootstrapServers());
    Map<String, Change> newest = new TreeMap<>();
    CompactedTopic.readToEnd(
        consumer,
        Topics.TOPOLOGY,
        Duration.ofSeconds(30),
        (key, value) -> {
          try {
            newest.put(new String(key, UTF_8), TopologyRecords.decode(key, value, 0));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    TopologyIndex index = new TopologyIndex();
    newest.values().forEach(index::apply);
    return index;
  }

  /** Sends a record and returns its offset. */
  private static long send(String topic, int partition, byte[] body) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", KAFKA.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      return producer.send(new ProducerRecord<>(topic, partition, null, body)).get().offset();
    } catch (Exception e) {
      throw new IllegalStateException("cannot send to " + topic, e);
    }
  }

  private static JobClient start(@Nullable String savepoint) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    if (savepoint != null) {
      configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    }
    StreamExecutionEnvironment env =
        JobEnvironment.prepare(StreamExecutionEnvironment.createLocalEnvironment(2, configuration));
    env.enableCheckpointing(500);
    JobOptions options =
        TopologyJob.options(
            "--kafka.bootstrap-servers", KAFKA.bootstrapServers(),
            "--neo4j.uri", NEO4J.boltUri(),
            "--watermark.lag", "100 ms",
            "--watermark.idle-timeout", "500 ms",
            // A call's two halves lie in two partitions: event time must not pass the first while
            // the other task has yet to hear from Kafka, nor while the other half is being sent.
            "--watermark.start-timeout", "15 s",
            "--topology.settle", "100 ms",
            "--topology.call-wait", "15 s",
            "--topology.call-window", "1 s");
    TopologyJob.build(env, options);
    return env.executeAsync("topology");
  }
}
