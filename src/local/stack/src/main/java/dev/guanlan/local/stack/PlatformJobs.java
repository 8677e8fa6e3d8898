package dev.guanlan.local.stack;

import java.io.IOException;
import java.util.ArrayList;
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
        job(site, ports, INGEST, "clickhouse.url", url("http", ports.clickhouseHttp())),
        job(site, ports, TOPOLOGY, "neo4j.uri", url("bolt", ports.neo4jBolt())),
        job(
            site,
            ports,
            ALERTING,
            "alertmanager.urls",
            url("http", ports.alertmanager()),
            "clickhouse.url",
            url("http", ports.clickhouseHttp())));
  }

  private static String url(String scheme, int port) {
    return scheme + "://" + Endpoint.HOST + ":" + port;
  }

  private static FlinkJob job(Site site, StackPorts ports, String name, String... options)
      throws IOException {
    String folder = name.substring("guanlan-".length());
    List<String> arguments =
        new ArrayList<>(List.of("--kafka.bootstrap-servers", Endpoint.HOST + ":" + ports.kafka()));
    for (int i = 0; i < options.length; i += 2) {
      arguments.addAll(List.of("--" + options[i], options[i + 1]));
    }
    Map<String, String> configuration = FlinkConfiguration.read(site.root(), folder);
    return new FlinkJob(
        name,
        site.root().resolve("jobs/%1$s/target/%1$s-job.jar".formatted(folder)),
        arguments,
        configuration);
  }
}
