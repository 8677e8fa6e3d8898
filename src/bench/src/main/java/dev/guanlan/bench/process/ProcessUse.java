package dev.guanlan.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Is what one process has used since it started.
 *
 * @param cpuSeconds CPU seconds in user and kernel mode, those of its children left out
 * @param residentBytes memory now
 * @param peakBytes memory at its highest
 */
public record ProcessUse(double cpuSeconds, long residentBytes, long peakBytes) {

  /**
   * USER_HZ: what the kernel counts process times in, the same on every Linux that Java runs on.
   */
  private static final double TICKS_A_SECOND = 100;

  /** Reads a process' figures from {@code /proc}, as proc(5) describes the files. */
  static ProcessUse of(long pid) throws IOException {
    Path folder = Path.of("/proc", Long.toString(pid));
    return parse(
        Files.readString(folder.resolve("stat")), Files.readString(folder.resolve("status")));
  }

  /** Reads the texts of {@code /proc/PID/stat} and {@code /proc/PID/status}. */
  static ProcessUse parse(String stat, String status) throws IOException {
    // The second field, the name in brackets, may itself hold blanks and brackets.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" +", -1);
    if (fields.length < 13) {
      throw new IOException("This is no /proc/PID/stat: " + shorten(stat));
    }
    try {
      // utime and stime, fields 14 and 15; the third field is the first after the name.
      double seconds = (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_A_SECOND;
      return new ProcessUse(seconds, kilobytes(status, "VmRSS:"), kilobytes(status, "VmHWM:"));
    } catch (NumberFormatException e) {
      throw new IOException("This is no /proc/PID/stat: " + shorten(stat), e);
    }
  }

  private static long kilobytes(String status, String key) throws IOException {
    for (String line : status.split("\n", -1)) {
      if (line.startsWith(key)) {
        String[] words = line.substring(key.length()).strip().split(" +", -1);
        return Long.parseLong(words[0]) * 1024;
      }
    }
    throw new IOException("There is no %s in /proc/PID/status: %s".formatted(key, shorten(status)));
  }

  private static String shorten(String text) {
    return text.length() > 80 ? text.substring(0, 80) + "…" : text;
  }
}
