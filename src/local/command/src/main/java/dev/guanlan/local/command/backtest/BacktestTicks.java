package dev.guanlan.local.command.backtest;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Follows what a backtest writes, for how far it has come. For one thread. */
public final class BacktestTicks {

  private static final Pattern TICK =
      Pattern.compile("^\\{\"status\": .*\"tickMillis\": (\\d{1,18})", Pattern.MULTILINE);

  /** At most so much is read at a look; the rest at the next. */
  private static final int MOST_BYTES = 1 << 20;

  private final Path file;
  private long read;
  private long latest = Long.MIN_VALUE;

  /** Makes a follower of a file that need not be there yet. */
  public BacktestTicks(Path file) {
    this.file = file;
  }

  /**
   * Returns the latest tick that was told, in milliseconds since the epoch, or the least number if
   * none was.
   */
  public long latest() throws IOException {
    if (!Files.exists(file)) {
      return latest;
    }
    try (RandomAccessFile lines = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[(int) Math.min(MOST_BYTES, lines.length() - read)];
      lines.seek(read);
      lines.readFully(bytes);
      int end = bytes.length;
      while (end > 0 && bytes[end - 1] != '\n') {
        end--;
      }
      // A line that is longer than a look tells nothing.
      read += end == 0 && bytes.length == MOST_BYTES ? bytes.length : end;
      Matcher ticks = TICK.matcher(new String(bytes, 0, end, StandardCharsets.UTF_8));
      while (ticks.find()) {
        latest = Math.max(latest, Long.parseLong(ticks.group(1)));
      }
    }
    return latest;
  }
}
