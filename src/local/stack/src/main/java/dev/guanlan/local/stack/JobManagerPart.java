package dev.guanlan.local.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs the JobManager of a standalone Flink session cluster, with REST interface and web page.
 *
 * <p>There is no high-availability service: a JobManager that dies forgets its jobs, and {@link
 * FlinkJobs} submits them again from their newest checkpoint.
 */
public final class JobManagerPart implements OneProcess {

  private static final String MAIN =
      "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint";
  private static final Duration GRACE = Duration.ofSeconds(15);

  private final Endpoint rest;
  private final ProcessPart process;

  /** Creates the part. */
  public JobManagerPart(Site site, int restPort, int rpcPort) {
    rest = new Endpoint("REST", "http", restPort, "GUANLAN_PORT_FLINK");
    Endpoint rpc = new Endpoint("RPC", "", rpcPort, "GUANLAN_PORT_FLINK_RPC");
    process =
        new ProcessPart(
            new ProcessPart.Description(
                "jobmanager",
                Versions.of("flink"),
                List.of(rest, rpc),
                site.log("jobmanager"),
                () -> prepare(site, restPort, rpcPort),
                () -> Probes.http(rest.uri("/overview")),
                ChildProcess.LifeLine.WATCHED,
                GRACE));
  }

  /** Returns the address of the REST interface and page. */
  public String url() {
    return rest.url();
  }

  @Override
  public boolean startsAlone() {
    return true;
  }

  @Override
  public ProcessPart process() {
    return process;
  }

  private static ProcessPart.Launch prepare(Site site, int restPort, int rpcPort)
      throws IOException {
    Map<String, String> settings = new TreeMap<>(FlinkProcess.place(site, restPort, rpcPort));
    Path temporary = FlinkProcess.temporary(site, "jobmanager");
    settings.put("io.tmp.dirs", temporary.toString());
    settings.put("web.tmpdir", temporary.toString());
    settings.put("web.upload.dir", temporary.resolve("jars").toString());
    settings.put("web.log.path", site.log("jobmanager").toString());
    return FlinkProcess.prepare(
        site,
        "jobmanager",
        MAIN,
        List.of(
            "-Xms128m",
            "-Xmx384m",
            "-XX:MaxMetaspaceSize=320m",
            "-XX:MaxDirectMemorySize=96m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1"),
        settings);
  }
}
