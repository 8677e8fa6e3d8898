package dev.guanlan.local.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Runs a TaskManager of the standalone Flink session cluster.
 *
 * <p>Memory is set pool by pool, in megabytes, because Flink's scripts that would divide a total
 * are not there; about 1.6 GB in all. {@code GUANLAN_TASKMANAGER_HEAP} sets the heap, which is what
 * rules and series need more of.
 */
public final class TaskManagerPart implements OneProcess {

  private static final String MAIN = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner";
  private static final Duration GRACE = Duration.ofSeconds(15);

  /** Says how much heap it has, in mebibytes. */
  static final String HEAP_VARIABLE = "GUANLAN_TASKMANAGER_HEAP";

  private static final int HEAP = 960;
  private static final int LEAST_HEAP = 384;
  private static final int MOST_HEAP = 65_536;
  private static final int FRAMEWORK_HEAP = 128;

  /** How much of the heap is for what is young: blocks are large, and gone with the next. */
  private static final int YOUNG = 360;

  private static final int MANAGED = 192;
  private static final int NETWORK = 96;
  private static final int FRAMEWORK_OFF_HEAP = 96;
  private static final int TASK_OFF_HEAP = 64;
  private static final int METASPACE = 320;
  private static final int OVERHEAD = 192;

  /**
   * Leaves to the second compiler what runs ten times as often as it would wait for. What works on
   * samples does so within a second; the rest of Flink is not worth a compiler that takes more than
   * the work itself.
   */
  private static final List<String> COMPILE_LATE =
      List.of(
          "-XX:Tier4InvocationThreshold=50000",
          "-XX:Tier4MinInvocationThreshold=10000",
          "-XX:Tier4CompileThreshold=100000");

  private final ProcessPart process;
  private volatile String resourceId = "";

  /** Creates the part for the cluster whose JobManager has these ports. */
  public TaskManagerPart(Site site, int restPort, int rpcPort) {
    FlinkRest rest = new FlinkRest("http://" + Endpoint.HOST + ":" + restPort);
    process =
        new ProcessPart(
            new ProcessPart.Description(
                "taskmanager",
                Versions.of("flink"),
                List.of(),
                site.log("taskmanager"),
                () -> prepare(site, restPort, rpcPort),
                () -> look(rest),
                ChildProcess.LifeLine.WATCHED,
                GRACE));
  }

  @Override
  public boolean startsAlone() {
    return true;
  }

  @Override
  public ProcessPart process() {
    return process;
  }

  private Health look(FlinkRest rest) {
    try {
      // A killed one stays registered for a while: look for this very process.
      return rest.taskManagers().contains(resourceId)
          ? Health.up("")
          : Health.starting("it has not registered at the JobManager yet");
    } catch (IOException e) {
      return Health.starting("the JobManager does not answer");
    }
  }

  /**
   * Returns how much heap the environment asks for, in mebibytes.
   *
   * @throws IOException if it is no number, or one that cannot be
   */
  static int heap(Map<String, String> environment) throws IOException {
    String value = environment.getOrDefault(HEAP_VARIABLE, Integer.toString(HEAP)).strip();
    int heap = value.matches("[0-9]{1,6}") ? Integer.parseInt(value) : 0;
    if (heap < LEAST_HEAP || heap > MOST_HEAP) {
      throw new IOException(
          "%s is \"%s\"; set it to the mebibytes of heap that the TaskManager may have, %d to %d, or leave it unset for %d."
              .formatted(HEAP_VARIABLE, value, LEAST_HEAP, MOST_HEAP, HEAP));
    }
    return heap;
  }

  private ProcessPart.Launch prepare(Site site, int restPort, int rpcPort) throws IOException {
    int heap = heap(System.getenv());
    resourceId = "taskmanager-" + UUID.randomUUID();
    Path temporary = FlinkProcess.temporary(site, "taskmanager");
    Map<String, String> settings = new TreeMap<>(FlinkProcess.place(site, restPort, rpcPort));
    settings.put("taskmanager.resource-id", resourceId);
    settings.put("taskmanager.host", Endpoint.HOST);
    settings.put("taskmanager.bind-host", Endpoint.HOST);
    settings.put("taskmanager.log.path", site.log("taskmanager").toString());
    settings.put("io.tmp.dirs", temporary.toString());
    settings.put("taskmanager.cpu.cores", "2.0");
    settings.put("taskmanager.memory.framework.heap.size", FRAMEWORK_HEAP + "m");
    settings.put("taskmanager.memory.task.heap.size", (heap - FRAMEWORK_HEAP) + "m");
    settings.put("taskmanager.memory.managed.size", MANAGED + "m");
    settings.put("taskmanager.memory.network.min", NETWORK + "m");
    settings.put("taskmanager.memory.network.max", NETWORK + "m");
    settings.put("taskmanager.memory.framework.off-heap.size", FRAMEWORK_OFF_HEAP + "m");
    settings.put("taskmanager.memory.task.off-heap.size", TASK_OFF_HEAP + "m");
    settings.put("taskmanager.memory.jvm-metaspace.size", METASPACE + "m");
    settings.put("taskmanager.memory.jvm-overhead.min", OVERHEAD + "m");
    settings.put("taskmanager.memory.jvm-overhead.max", OVERHEAD + "m");
    return FlinkProcess.prepare(
        site,
        "taskmanager",
        MAIN,
        jvm(heap, NETWORK + FRAMEWORK_OFF_HEAP + TASK_OFF_HEAP),
        settings);
  }

  private static List<String> jvm(int heap, int direct) {
    List<String> options =
        new ArrayList<>(
            List.of(
                // With two cores and less than a gigabyte no other collector takes as little work.
                "-XX:+UseSerialGC",
                "-Xms" + heap + "m",
                "-Xmx" + heap + "m",
                "-Xmn" + Math.min(YOUNG, heap * YOUNG / HEAP) + "m",
                "-XX:MaxDirectMemorySize=" + direct + "m",
                "-XX:MaxMetaspaceSize=" + METASPACE + "m"));
    options.addAll(COMPILE_LATE);
    return options;
  }
}
