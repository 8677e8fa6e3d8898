package dev.guanlan.testing;

import dev.guanlan.local.stack.FlinkJobs;
import dev.guanlan.local.stack.FlinkRest;
import dev.guanlan.local.stack.JobManagerPart;
import dev.guanlan.local.stack.Site;
import dev.guanlan.local.stack.TaskManagerPart;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives a test class a real Flink cluster: a JobManager and a TaskManager with eight slots, as
 * processes, configured by {@code flink-conf/common}.
 *
 * <p>All test classes of a JVM share it: cancel the jobs that you submitted.
 */
public final class FlinkExtension implements BeforeAllCallback {

  private @Nullable Cluster cluster;

  private record Cluster(Site site, JobManagerPart jobManager, TaskManagerPart taskManager) {}

  /** Creates the extension; nothing starts before the first test. */
  public FlinkExtension() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    SharedParts parts = SharedParts.of(context);
    List<Integer> ports = parts.ports("flink", 2);
    cluster =
        new Cluster(
            parts.site(),
            parts.healthy(
                "jobmanager",
                JobManagerPart.class,
                site -> {
                  Backend.noteNoImage("flink");
                  return new JobManagerPart(site, ports.get(0), ports.get(1));
                }),
            parts.healthy(
                "taskmanager",
                TaskManagerPart.class,
                site -> new TaskManagerPart(site, ports.get(0), ports.get(1))));
  }

  /** Returns a client of the cluster's REST interface. */
  public FlinkRest rest() {
    return new FlinkRest(url());
  }

  /** Returns the address of the REST interface. */
  public String url() {
    return running().jobManager().url();
  }

  /** Returns what submits jobs from their newest restore points; it has no jobs of its own. */
  public FlinkJobs jobs() {
    return new FlinkJobs(running().site(), rest(), List.of());
  }

  /** Ends the TaskManager as a crash would; its jobs wait for {@link #startTaskManager}. */
  public void killTaskManager() {
    running().taskManager().kill();
  }

  /** Starts a TaskManager after one was killed, and returns when it has registered. */
  public void startTaskManager() {
    SharedParts.start(running().taskManager());
  }

  /** Ends the JobManager as a crash would; it forgets its jobs. */
  public void killJobManager() {
    running().jobManager().kill();
  }

  /** Starts a JobManager after one was killed; the TaskManager finds it. */
  public void startJobManager() {
    SharedParts.start(running().jobManager());
  }

  private Cluster running() {
    if (cluster == null) {
      throw new IllegalStateException(
          "The extension is not registered: declare it as a static field with @RegisterExtension.");
    }
    return cluster;
  }
}
