package dev.guanlan.local.stack;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Names the platform's three jobs, their built jars, and what they are told about the stack. */
public final class PlatformJobs {

  /** The job that stores telemetry. */
  public static final String INGEST = "guanlan-ingest";

  /** The job that draws the topology. */
  public static final String TOPOLOGY = "guanlan-topology";

  /** The job that evaluates rules. */
  public static final String ALERTING = "guanlan-alerting";

  private PlatformJobs() {}

  /** Returns the three jobs for a stack that listens at {@code ports}. */
  public static List<FlinkJob> of(Site site, StackPorts ports) throws IOException {
    return List.of(
        job(site, ports, INGEST, "clickhouse.url", "http", ports.clickhouseHttp()),
        job(site, ports, TOPOLOGY, "neo4j.uri", "bolt", ports.neo4jBolt()),
        job(site, ports, ALERTING, "alertmanager.urls", "http", ports.alertmanager()));
  }

  private static FlinkJob job(
      Site site, StackPorts ports, String name, String option, String scheme, int port)
      throws IOException {
    String folder = name.substring("guanlan-".length());
    Map<String, String> configuration = FlinkConfiguration.read(site.root(), folder);
    return new FlinkJob(
        name,
        site.root().resolve("jobs/%1$s/target/%1$s-job.jar".formatted(folder)),
        List.of(
            "--kafka.bootstrap-servers",
            Endpoint.HOST + ":" + ports.kafka(),
            "--" + option,
            scheme + "://" + Endpoint.HOST + ":" + port),
        configuration);
  }
}
