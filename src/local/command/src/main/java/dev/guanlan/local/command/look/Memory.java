package dev.guanlan.local.command.look;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Measures the resident memory of processes and everything they started, from Linux' {@code /proc}.
 *
 * <p>Pages that processes share count once for each, so the sum errs to the high side.
 */
public final class Memory {

  private static final Path PROC = Path.of("/proc");

  private volatile long lastBytes;
  private volatile long peakBytes;

  /** Measures processes with all that they started; returns bytes, 0 where there is no /proc. */
  public synchronized long measure(List<ProcessHandle> roots) {
    Map<Long, ProcessHandle> all = new HashMap<>();
    for (ProcessHandle root : roots) {
      all.put(root.pid(), root);
      try (Stream<ProcessHandle> children = root.descendants()) {
        children.forEach(child -> all.put(child.pid(), child));
      }
    }
    long bytes = all.values().stream().mapToLong(Memory::of).sum();
    lastBytes = bytes;
    peakBytes = Math.max(peakBytes, bytes);
    return bytes;
  }

  /** Returns what was measured last, bytes. */
  public long lastBytes() {
    return lastBytes;
  }

  /** Returns the most that was measured, bytes. */
  public long peakBytes() {
    return peakBytes;
  }

  private static long of(ProcessHandle process) {
    Path folder = PROC.resolve(Long.toString(process.pid()));
    try {
      return field(folder.resolve("status"), "VmRSS:");
    } catch (IOException endedMeanwhile) {
      return 0;
    }
  }

  /** Returns a field that is in kibibytes, as bytes; 0 if it is not there. */
  private static long field(Path file, String name) throws IOException {
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith(name)) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
        }
      }
      return 0;
    } catch (NoSuchFileException e) {
      return 0;
    }
  }
}
