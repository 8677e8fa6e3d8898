package dev.guanlan.local.stack.fetch;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Finds and runs the command-line tools of the machine that fetch things. */
public final class Programs {

  private static final int MAX_OUTPUT_IN_MESSAGE = 2_000;

  private Programs() {}

  /** Returns the first of {@code names} that is an executable file in a folder of the PATH. */
  public static Optional<Path> find(String... names) {
    String path = System.getenv().getOrDefault("PATH", "");
    for (String name : names) {
      for (String folder : path.split(File.pathSeparator, -1)) {
        if (!folder.isEmpty()) {
          Path candidate = Path.of(folder, name);
          if (Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
            return Optional.of(candidate);
          }
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Runs a command in {@code folder} to its end.
   *
   * @param what what the command is for, as it completes "… failed"
   * @param advice what to do when it fails
   * @throws FetchException when it exits with another code than 0 or takes longer than {@code
   *     minutes}
   */
  static String run(String what, String advice, Path folder, int minutes, List<String> command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "tool", ".out");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    // Inherited from a Maven that runs our tests, these would send a new Maven to another project.
    builder.environment().remove("MAVEN_PROJECTBASEDIR");
    builder.environment().remove("MAVEN_CMD_LINE_ARGS");
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new FetchException(
          "%s failed: %s cannot be started (%s). %s"
              .formatted(what, command.get(0), e.getMessage(), advice),
          e);
    }
    try {
      if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
        throw new FetchException(
            "%s failed: it did not end within %d minutes. %s".formatted(what, minutes, advice));
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    String text = Files.readString(output, StandardCharsets.UTF_8);
    Files.delete(output);
    if (process.exitValue() != 0) {
      throw new FetchException(
          "%s failed: %s exited with %d. %s%n%s"
              .formatted(what, command.get(0), process.exitValue(), advice, tail(text)));
    }
    return text;
  }

  private static String tail(String text) {
    String stripped = text.strip();
    int from = Math.max(0, stripped.length() - MAX_OUTPUT_IN_MESSAGE);
    return stripped.substring(from);
  }
}
