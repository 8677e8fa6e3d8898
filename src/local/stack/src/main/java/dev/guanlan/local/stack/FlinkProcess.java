package dev.guanlan.local.stack;

import dev.guanlan.local.stack.fetch.Cache;
import dev.guanlan.local.stack.fetch.MavenClasspath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Prepares the processes of a standalone session cluster, put together from Flink's single jars.
 */
final class FlinkProcess {

  private static final String JAVA_OPTIONS = "env.java.opts.";

  private FlinkProcess() {}

  /**
   * Prepares one process.
   *
   * @param name the part's, also its folder's
   * @param mainClass Flink's entry point
   * @param jvm memory flags
   * @param settings what this place adds to {@code flink-conf/common}
   */
  static ProcessPart.Launch prepare(
      Site site, String name, String mainClass, List<String> jvm, Map<String, String> settings)
      throws IOException {
    String classpath = new MavenClasspath(site.cache(), site.notice()).of("flink");
    Map<String, String> common = FlinkConfiguration.read(site.root(), "common");
    Path folder = site.data("flink").resolve(name);
    Path conf = Files.createDirectories(folder.resolve("conf"));
    Path file = conf.resolve("config.yaml");
    Files.writeString(file, yaml(common));
    List<String> arguments = new ArrayList<>(List.of("--configDir", conf.toString()));
    settings.forEach((key, value) -> arguments.add("-D" + key + "=" + value));
    List<String> command =
        JavaCommand.with("-XX:+ExitOnOutOfMemoryError", "-Djava.net.preferIPv4Stack=true")
            .options(jvm)
            .options(javaOptions(common, "all"))
            .options(javaOptions(common, name))
            .logToConsole(conf)
            .mainClass(classpath, mainClass, arguments);
    // The C library would have an arena for each thread, and keep what each has freed.
    return new ProcessPart.Launch(
        command, Map.of("FLINK_CONF_DIR", conf.toString(), "MALLOC_ARENA_MAX", "2"), folder);
  }

  /** Returns the settings of both kinds of process that say where they and their files are. */
  static Map<String, String> place(Site site, int restPort, int rpcPort) throws IOException {
    Path folder = site.data("flink");
    return Map.of(
        "jobmanager.rpc.address", Endpoint.HOST,
        "jobmanager.rpc.port", Integer.toString(rpcPort),
        "jobmanager.bind-host", Endpoint.HOST,
        "rest.address", Endpoint.HOST,
        "rest.bind-address", Endpoint.HOST,
        "rest.port", Integer.toString(restPort),
        "rest.bind-port", Integer.toString(restPort),
        "execution.checkpointing.dir", folder.resolve("checkpoints").toUri().toString(),
        "execution.checkpointing.savepoint-dir", folder.resolve("savepoints").toUri().toString());
  }

  /** Empties and returns the folder for a process' temporary files; a crash leaves them behind. */
  static Path temporary(Site site, String name) throws IOException {
    Path folder = site.data("flink").resolve(name).resolve("tmp");
    Cache.delete(folder);
    return Files.createDirectories(folder);
  }

  /** Returns the JVM options that the configuration has for all processes, or for one kind. */
  private static List<String> javaOptions(Map<String, String> common, String kind) {
    String options = common.getOrDefault(JAVA_OPTIONS + kind, "").strip();
    return options.isEmpty() ? List.of() : List.of(options.split("\\s+", -1));
  }

  private static String yaml(Map<String, String> settings) {
    StringBuilder text = new StringBuilder();
    settings.forEach(
        (key, value) ->
            text.append(key).append(": '").append(value.replace("'", "''")).append("'\n"));
    return text.toString();
  }
}
