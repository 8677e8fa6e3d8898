package dev.guanlan.bench.process;

import dev.guanlan.local.stack.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Records where the JVMs of a target spend their time, by Flight Recorder, and keeps the shares of
 * stages and the busiest methods.
 */
public final class Profile {

  /** The JVMs that work; the JobManager only looks on. */
  private static final Set<String> JVMS = Set.of("taskmanager", "gateway", "kafka");

  private static final String RECORDING = "guanlan-bench";

  /** Settings of the JDK: stacks every 10 ms. */
  private static final String SETTINGS = "profile";

  private final Path folder;
  private final List<String> lines = new ArrayList<>();

  /** Makes a profile that keeps its recordings in {@code folder} while they are read. */
  public Profile(Path folder) {
    this.folder = folder;
  }

  /** Begins to record. */
  public void begin(List<Part> processes) throws IOException, InterruptedException {
    for (Part part : processes) {
      if (JVMS.contains(part.name())) {
        jcmd(part, "JFR.start", "name=" + RECORDING, "settings=" + SETTINGS);
      }
    }
  }

  /** Reads what was recorded of a target's processes. */
  public void end(String target, List<Part> processes) throws IOException, InterruptedException {
    for (Part part : processes) {
      if (JVMS.contains(part.name())) {
        Path file = folder.resolve(part.name() + ".jfr").toAbsolutePath();
        jcmd(part, "JFR.dump", "name=" + RECORDING, "filename=" + file);
        lines.add("");
        lines.add("%s: where %s spends its time".formatted(target, part.name()));
        lines.addAll(StackShares.of(file).lines());
        Files.delete(file);
      }
    }
  }

  /** Returns what was found, ready to print. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  private static void jcmd(Part part, String... command) throws IOException, InterruptedException {
    List<String> whole = new ArrayList<>();
    whole.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    whole.add(Long.toString(part.pid().orElseThrow()));
    whole.addAll(List.of(command));
    Process process =
        new ProcessBuilder(whole)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(
          "%s of %s failed; a JDK with jcmd is needed for --profile."
              .formatted(command[0], part.name()));
    }
  }
}
