package dev.guanlan.local.stack;

import dev.guanlan.local.stack.fetch.MavenClasspath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Starts a backtest of rules: the alerting job's operators on a Flink of their own, in one JVM. */
public final class BacktestProcess {

  private static final String MAIN = "dev.guanlan.job.alerting.Backtest";
  private static final String JAR = "jobs/alerting/target/alerting-job.jar";

  private BacktestProcess() {}

  /**
   * Starts it.
   *
   * @param folder takes its files; the log is {@code backtest.log}
   * @param arguments {@code --key value} options
   */
  public static Process start(Site site, Path folder, List<String> arguments) throws IOException {
    Path jar = site.root().resolve(JAR);
    if (!Files.exists(jar)) {
      throw new IOException(
          "its jar %s is not there; build it with ./guanlan build".formatted(jar));
    }
    String flink = new MavenClasspath(site.cache(), site.notice()).of("flink");
    String opens =
        FlinkConfiguration.read(site.root(), "common").getOrDefault("env.java.opts.all", "");
    List<String> command =
        JavaCommand.with("-XX:+ExitOnOutOfMemoryError", "-Xmx2g", "-Djava.io.tmpdir=" + folder)
            .options(opens.isBlank() ? null : List.of(opens.strip().split("\\s+", -1)))
            .logToConsole(folder)
            .mainClass(jar + ":" + flink, MAIN, arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("backtest.log").toFile())
        .start();
  }
}
