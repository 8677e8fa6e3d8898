package dev.guanlan.local.stack;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Lists the platform's parts in the order in which they start: stores, then Flink, then the jobs,
 * then the gateway that lets data in.
 */
public final class Platform {

  private Platform() {}

  /**
   * Returns the parts of a whole stack. Neo4j, the slowest, comes early so that others come up
   * meanwhile.
   *
   * @param partitions how many partitions the telemetry topics get when they are created
   * @param jobOptions what the jobs are told besides where things are
   */
  public static List<Part> parts(
      Site site, StackPorts ports, int partitions, List<JobOption> jobOptions) throws IOException {
    KafkaPart kafka =
        new KafkaPart(
            site, ports.kafka(), ports.kafkaController(), Optional.of(new TopicLayout(partitions)));
    JobManagerPart jobManager = new JobManagerPart(site, ports.flink(), ports.flinkRpc());
    return List.of(
        kafka,
        new Neo4jPart(site, ports.neo4jBolt(), ports.neo4jHttp()),
        new ClickHousePart(site, ports.clickhouseHttp(), ports.clickhouseNative()),
        new AlertmanagerPart(site, ports.alertmanager()),
        jobManager,
        new TaskManagerPart(site, ports.flink(), ports.flinkRpc()),
        new FlinkJobs(
            site, new FlinkRest(jobManager.url()), PlatformJobs.of(site, ports, jobOptions)),
        new GatewayPart(site, ports.gateway(), ports.gatewayGrpc(), kafka.bootstrapServers()));
  }
}
