package dev.guanlan.local.stack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

  /** Returns the three jobs for a stack that listens at {@code ports}, else as they are shipped. */
  public static List<FlinkJob> of(Site site, StackPorts ports) throws IOException {
    return of(site, ports, List.of());
  }

  /**
   * Returns the three jobs for a stack that listens at {@code ports}.
   *
   * @param given the user's options for them, which go before what a job is told about the stack: a
   *     job refuses an option that comes twice
   */
  public static List<FlinkJob> of(Site site, StackPorts ports, List<JobOption> given)
      throws IOException {
    String kafka = Endpoint.HOST + ":" + ports.kafka();
    String clickhouse = url("http", ports.clickhouseHttp());
    return List.of(
        job(site, INGEST, given, "kafka.bootstrap-servers", kafka, "clickhouse.url", clickhouse),
        job(
            site,
            TOPOLOGY,
            given,
            "kafka.bootstrap-servers",
            kafka,
            "neo4j.uri",
            url("bolt", ports.neo4jBolt())),
        job(
            site,
            ALERTING,
            given,
            "kafka.bootstrap-servers",
            kafka,
            "alertmanager.urls",
            url("http", ports.alertmanager()),
            "clickhouse.url",
            clickhouse));
  }

  private static String url(String scheme, int port) {
    return scheme + "://" + Endpoint.HOST + ":" + port;
  }

  private static FlinkJob job(Site site, String name, List<JobOption> given, String... stack)
      throws IOException {
    String folder = name.substring("guanlan-".length());
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < stack.length; i += 2) {
      options.put(stack[i], stack[i + 1]);
    }
    for (JobOption option : given) {
      if (option.job().equals(folder)) {
        options.put(option.name(), option.value());
      }
    }
    List<String> arguments = new ArrayList<>();
    options.forEach((key, value) -> arguments.add("--" + key + "=" + value));
    Map<String, String> configuration = FlinkConfiguration.read(site.root(), folder);
    return new FlinkJob(
        name,
        site.root().resolve("jobs/%1$s/target/%1$s-job.jar".formatted(folder)),
        arguments,
        configuration);
  }
}
