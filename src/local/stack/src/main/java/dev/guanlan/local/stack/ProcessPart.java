package dev.guanlan.local.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs one part as one child process; every part that is a process is made of one of these. */
final class ProcessPart implements Part {

  /**
   * Is what to run.
   *
   * @param command program and arguments
   * @param environment variables to set besides the inherited ones
   * @param folder working folder
   */
  record Launch(List<String> command, Map<String, String> environment, Path folder) {}

  /** Prepares a start: fetches programs, writes configuration. */
  @FunctionalInterface
  interface Preparation {
    Launch prepare() throws IOException;
  }

  /** Looks at a process that is alive. */
  @FunctionalInterface
  interface Probe {
    Health look();
  }

  /**
   * Describes a part.
   *
   * @param name as in {@link Part#name}
   * @param version as in {@link Part#version}
   * @param endpoints all ports that it takes
   * @param log file of its output
   * @param preparation what is done before each start
   * @param probe how it is seen to serve
   * @param lifeLine how it learns that we have gone
   * @param grace how long it may take to end when asked
   */
  record Description(
      String name,
      String version,
      List<Endpoint> endpoints,
      Path log,
      Preparation preparation,
      Probe probe,
      ChildProcess.LifeLine lifeLine,
      Duration grace) {}

  private final Description description;
  private @Nullable ChildProcess child;

  ProcessPart(Description description) {
    this.description = description;
  }

  @Override
  public String name() {
    return description.name();
  }

  @Override
  public String version() {
    return description.version();
  }

  @Override
  public List<Endpoint> endpoints() {
    return description.endpoints();
  }

  @Override
  public synchronized void start() throws PartException {
    if (running()) {
      return;
    }
    try {
      Launch launch = description.preparation().prepare();
      PortCheck.requireFree(name(), endpoints());
      child =
          ChildProcess.launch(
              launch.command(),
              launch.environment(),
              launch.folder(),
              description.log(),
              description.lifeLine());
    } catch (IOException e) {
      throw new PartException("%s cannot start: %s".formatted(name(), e.getMessage()), e);
    }
  }

  @Override
  public Health check() {
    ChildProcess now = current();
    if (now == null) {
      return Health.down("not started");
    }
    if (!now.alive()) {
      return Health.down(ending(now));
    }
    return description.probe().look();
  }

  @Override
  public boolean running() {
    ChildProcess now = current();
    return now != null && now.alive();
  }

  @Override
  public void stop() {
    ChildProcess now = current();
    if (now != null) {
      now.stop(description.grace());
    }
  }

  @Override
  public void kill() {
    ChildProcess now = current();
    if (now != null) {
      now.kill();
    }
  }

  @Override
  public Optional<Path> log() {
    return Optional.of(description.log());
  }

  @Override
  public Optional<Long> pid() {
    ChildProcess now = current();
    return now != null && now.alive() ? Optional.of(now.pid()) : Optional.empty();
  }

  private synchronized @Nullable ChildProcess current() {
    return child;
  }

  private String ending(ChildProcess ended) {
    return "it ended with exit code %d; its log %s says:%n%s"
        .formatted(ended.exitCode(), description.log(), LogTail.of(description.log()));
  }
}
