package dev.guanlan.local.stack;

import dev.guanlan.local.stack.fetch.Programs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs a command as a child that does not outlive this process, whatever ends it.
 *
 * <p>The child's life line is a pipe from here. A small shell beside the child reads it; when the
 * pipe closes without a word, which the kernel does even for a process that is killed with {@code
 * kill -9}, the shell ends the child. The child lives in a session of its own, so that Ctrl-C in a
 * terminal reaches the supervisor alone and the order of stopping stays the supervisor's.
 */
final class ChildProcess {

  /** How a child learns that its parent has gone. */
  enum LifeLine {
    /** A shell beside it watches the pipe; the child's own standard input is empty. */
    WATCHED,
    /** The child itself ends when its standard input closes. */
    OWN_INPUT
  }

  /**
   * Turns into the command by exec, so that the process we hold is the command itself. The word on
   * the pipe says that the child has ended and its process id may be somebody else's by now.
   */
  private static final String WATCH =
      """
      exec 3<&0 </dev/null
      seconds=$1
      shift
      (
        trap '' HUP INT TERM
        if read -r word <&3; then exit 0; fi
        kill -TERM "$$" 2>/dev/null
        while [ "$seconds" -gt 0 ] && kill -0 "$$" 2>/dev/null; do
          sleep 1
          seconds=$((seconds - 1))
        done
        kill -KILL "$$" 2>/dev/null
      ) >/dev/null 2>&1 &
      exec 3<&-
      exec "$@"
      """;

  private static final int SECONDS_AFTER_PARENT = 5;
  private static final long LOG_TURNS_AT_BYTES = 32L << 20;

  private final Process process;
  private final LifeLine lifeLine;
  private final OutputStream pipe;

  private ChildProcess(Process process, LifeLine lifeLine) {
    this.process = process;
    this.lifeLine = lifeLine;
    this.pipe = process.getOutputStream();
  }

  static ChildProcess launch(
      List<String> command,
      Map<String, String> environment,
      Path folder,
      Path log,
      LifeLine lifeLine)
      throws IOException {
    Files.createDirectories(log.getParent());
    turn(log);
    List<String> whole = new ArrayList<>();
    Programs.find("setsid").ifPresent(setsid -> whole.add(setsid.toString()));
    if (lifeLine == LifeLine.WATCHED) {
      whole.addAll(List.of("sh", "-c", WATCH, "guanlan-life-line"));
      whole.add(Integer.toString(SECONDS_AFTER_PARENT));
    }
    whole.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(whole)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    // What a launcher of ours or a user set for other Java programs would change the part's memory.
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().remove("_JAVA_OPTIONS");
    ChildProcess child = new ChildProcess(builder.start(), lifeLine);
    var unused = child.process.onExit().thenRun(child::dismissWatcher);
    return child;
  }

  private static void turn(Path log) throws IOException {
    if (Files.exists(log) && Files.size(log) > LOG_TURNS_AT_BYTES) {
      Path older = log.resolveSibling(log.getFileName() + ".1");
      Files.move(log, older, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Returns the exit code of a child that has ended; 128 plus the signal if one ended it. */
  int exitCode() {
    return process.exitValue();
  }

  /** Asks the child to end and forces it when it has not within {@code grace}. */
  void stop(Duration grace) {
    if (lifeLine == LifeLine.OWN_INPUT) {
      closePipe();
    } else {
      process.destroy();
    }
    await(grace);
    if (process.isAlive()) {
      kill();
    }
  }

  void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    await(Duration.ofSeconds(10));
  }

  private void await(Duration longest) {
    try {
      process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void dismissWatcher() {
    if (lifeLine == LifeLine.WATCHED) {
      try {
        pipe.write("ended\n".getBytes(StandardCharsets.US_ASCII));
        pipe.flush();
      } catch (IOException watcherHasGone) {
        // Nothing is left to dismiss.
      }
    }
    closePipe();
  }

  private void closePipe() {
    try {
      pipe.close();
    } catch (IOException readerHasGone) {
      // A pipe whose reader died is closed all the same.
    }
  }
}
