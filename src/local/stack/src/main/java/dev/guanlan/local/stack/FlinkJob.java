package dev.guanlan.local.stack;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Says which job to keep on a Flink cluster.
 *
 * @param name the job's name on the cluster, which also names the folders of its checkpoints
 * @param jar its jar
 * @param arguments its program arguments
 * @param configuration Flink keys for it alone, in the place of the cluster's
 */
public record FlinkJob(
    String name, Path jar, List<String> arguments, Map<String, String> configuration) {

  /** Copies the collections. */
  public FlinkJob {
    arguments = List.copyOf(arguments);
    configuration = Map.copyOf(configuration);
  }
}
