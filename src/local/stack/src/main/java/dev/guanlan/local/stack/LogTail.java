package dev.guanlan.local.stack;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Picks the lines of a dead part's log that most likely tell why it died. */
final class LogTail {

  private static final int LINES = 12;
  private static final int BYTES = 64_000;

  /** What JVM programs, Go programs and ClickHouse begin the line with that matters. */
  private static final Pattern COMPLAINT =
      Pattern.compile("\\b(ERROR|FATAL|Exception in thread|Exception:|level=error|Error:)");

  private LogTail() {}

  /** Returns the lines from the last complaint on, or else the last lines; at most a dozen. */
  static String of(Path log) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long from = Math.max(0, file.length() - BYTES);
      byte[] bytes = new byte[(int) (file.length() - from)];
      file.seek(from);
      file.readFully(bytes);
      return pick(new String(bytes, StandardCharsets.UTF_8).lines().toList());
    } catch (IOException e) {
      return "(the log cannot be read: " + e.getMessage() + ")";
    }
  }

  static String pick(List<String> lines) {
    int from = Math.max(0, lines.size() - LINES);
    for (int i = lines.size() - 1; i >= 0; i--) {
      if (COMPLAINT.matcher(lines.get(i)).find()) {
        from = i;
        break;
      }
    }
    int to = Math.min(lines.size(), from + LINES);
    return String.join(System.lineSeparator(), lines.subList(from, to));
  }
}
