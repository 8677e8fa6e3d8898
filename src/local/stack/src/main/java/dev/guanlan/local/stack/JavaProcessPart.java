package dev.guanlan.local.stack;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Runs a Java program of ours from an executable jar, such as the demo's fleet. */
public final class JavaProcessPart implements OneProcess {

  private static final Duration GRACE = Duration.ofSeconds(10);

  private final ProcessPart process;

  /**
   * Says what to run.
   *
   * @param name as in {@link Part#name}
   * @param jar the executable jar
   * @param jvmOptions such as {@code -Xmx256m}
   * @param arguments the program's
   * @param environment variables to set besides the inherited ones
   * @param endpoints ports that it takes, looked at before the start
   * @param health answers 2xx to GET when the program serves
   */
  public record Program(
      String name,
      Path jar,
      List<String> jvmOptions,
      List<String> arguments,
      Map<String, String> environment,
      List<Endpoint> endpoints,
      URI health) {}

  /** Creates the part. */
  public JavaProcessPart(Site site, Program program) {
    process =
        new ProcessPart(
            new ProcessPart.Description(
                program.name(),
                Versions.of("guanlan"),
                List.copyOf(program.endpoints()),
                site.log(program.name()),
                () -> prepare(site, program),
                () -> Probes.http(program.health()),
                ChildProcess.LifeLine.WATCHED,
                GRACE));
  }

  @Override
  public ProcessPart process() {
    return process;
  }

  private static ProcessPart.Launch prepare(Site site, Program program) throws IOException {
    if (!Files.exists(program.jar())) {
      throw new IOException(
          "its jar %s is not there; build it with ./guanlan build.".formatted(program.jar()));
    }
    return new ProcessPart.Launch(
        JavaCommand.with()
            .options(program.jvmOptions())
            .jar(program.jar().toAbsolutePath(), program.arguments()),
        program.environment(),
        site.data(program.name()));
  }
}
