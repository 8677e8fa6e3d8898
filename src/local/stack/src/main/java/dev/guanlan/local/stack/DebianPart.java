package dev.guanlan.local.stack;

import dev.guanlan.local.stack.fetch.DebianProgram;
import dev.guanlan.local.stack.fetch.ProgramVersion;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs a server that Debian packages and that is told everything on its command line. */
public final class DebianPart implements OneProcess {

  private static final Duration GRACE = Duration.ofSeconds(20);

  private final ProcessPart process;
  private final ProgramVersion version;

  /**
   * Says what to run.
   *
   * @param name as in {@link Part#name}
   * @param program what is fetched and started
   * @param arguments the program's; it starts in its data folder
   * @param endpoints ports that it takes, looked at before the start
   * @param health answers 2xx to GET when the program serves; {@code tcp://host:port} where it is
   *     enough that it listens
   */
  public record Program(
      String name,
      DebianProgram program,
      List<String> arguments,
      List<Endpoint> endpoints,
      URI health) {

    /** Copies the lists. */
    public Program {
      arguments = List.copyOf(arguments);
      endpoints = List.copyOf(endpoints);
    }
  }

  /** Creates the part. */
  public DebianPart(Site site, Program what) {
    version = new ProgramVersion(what.program(), site.cache());
    process =
        new ProcessPart(
            new ProcessPart.Description(
                what.name(),
                "",
                what.endpoints(),
                site.log(what.name()),
                () -> {
                  Path file = what.program().locate(site.cache(), site.notice());
                  List<String> command = new ArrayList<>(List.of(file.toString()));
                  command.addAll(what.arguments());
                  return new ProcessPart.Launch(command, Map.of(), site.data(what.name()));
                },
                () -> Probes.of(what.health()),
                ChildProcess.LifeLine.WATCHED,
                GRACE));
  }

  @Override
  public String version() {
    return version.get();
  }

  @Override
  public ProcessPart process() {
    return process;
  }
}
