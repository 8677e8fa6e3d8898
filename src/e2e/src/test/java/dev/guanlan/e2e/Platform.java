package dev.guanlan.e2e;

import dev.guanlan.connector.kafka.rules.RuleGroupTopic;
import dev.guanlan.local.stack.FlinkJob;
import dev.guanlan.rules.RuleFiles;
import dev.guanlan.testing.AlertmanagerExtension;
import dev.guanlan.testing.ClickHouseExtension;
import dev.guanlan.testing.FlinkExtension;
import dev.guanlan.testing.GatewayExtension;
import dev.guanlan.testing.KafkaExtension;
import dev.guanlan.testing.Neo4jExtension;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Gives a test class the whole platform: every store, the gateway, and the three jobs on Flink. */
final class Platform implements BeforeAllCallback, AfterAllCallback {

  static final String INGEST = "guanlan-ingest";
  static final String TOPOLOGY = "guanlan-topology";
  static final String ALERTING = "guanlan-alerting";

  private static final Path ROOT = Path.of(System.getProperty("guanlan.root", "../.."));

  final KafkaExtension kafka = new KafkaExtension();
  final ClickHouseExtension clickhouse = new ClickHouseExtension();
  final Neo4jExtension neo4j = new Neo4jExtension();
  final AlertmanagerExtension alertmanager = new AlertmanagerExtension();
  final GatewayExtension gateway = new GatewayExtension(kafka);
  final FlinkExtension flink = new FlinkExtension();

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    kafka.beforeAll(context);
    clickhouse.beforeAll(context);
    neo4j.beforeAll(context);
    alertmanager.beforeAll(context);
    gateway.beforeAll(context);
    flink.beforeAll(context);
    for (FlinkJob job : List.of(ingest(), topology(), alerting())) {
      flink.jobs().submit(job);
    }
    for (String name : List.of(INGEST, TOPOLOGY, ALERTING)) {
      awaitRunning(name);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    for (var job : flink.rest().jobs()) {
      if (!job.over()) {
        flink.rest().cancel(job.id());
      }
    }
  }

  /** Returns an agent that pushes for {@code tenant}. */
  PushClient agent(String tenant) {
    return new PushClient(URI.create(gateway.url()), tenant);
  }

  /** Waits until all tasks of a job run. */
  void awaitRunning(String name) {
    Awaitility.await(name + " runs")
        .atMost(Duration.ofMinutes(10))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> flink.rest().job(name).filter(job -> job.fullyRunning()).isPresent());
  }

  /** Publishes the rule groups of a file, in the place of those it had before. */
  void rules(String tenant, String file, String yaml) throws Exception {
    new RuleGroupTopic(kafka.bootstrapServers())
        .replace(tenant, Set.of(file), RuleFiles.parse(yaml, file));
  }

  FlinkJob alerting() {
    return alerting(ROOT.resolve("jobs/alerting/target/alerting-job.jar"));
  }

  /** Returns the alerting job from another jar. */
  FlinkJob alerting(Path jar) {
    return job(ALERTING, jar, "--alertmanager.urls", alertmanager.url());
  }

  private FlinkJob ingest() {
    return job(
        INGEST,
        ROOT.resolve("jobs/ingest/target/ingest-job.jar"),
        "--clickhouse.url",
        clickhouse.url());
  }

  private FlinkJob topology() {
    return job(
        TOPOLOGY,
        ROOT.resolve("jobs/topology/target/topology-job.jar"),
        "--neo4j.uri",
        neo4j.boltUri());
  }

  private FlinkJob job(String name, Path jar, String... own) {
    List<String> arguments = new ArrayList<>(List.of(own));
    arguments.addAll(List.of("--kafka.bootstrap-servers", kafka.bootstrapServers()));
    return new FlinkJob(name, jar, arguments, Map.of());
  }
}
